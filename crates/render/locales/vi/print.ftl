print-apology = Văn bản xin lỗi, hẹn lại ngày trả (PDF)
print-stop-notice = Thông báo dừng giải quyết (PDF)
print-control-slip = Phiếu kiểm soát quá trình (PDF)
print-pick = Chọn hồ sơ { $code } để in
print-chosen = In của các hồ sơ đã chọn:
refusal-choose-cases = Anh/chị chọn từ 1 đến 100 hồ sơ trong danh sách rồi in lại.
