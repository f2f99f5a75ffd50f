figures-title = Số liệu công khai
figures-sentence =
    { $enough ->
        [0] Chưa bộ phận nào có đủ phiếu của người dân để kết luận.
       *[other] { $enough } trong { $n } bộ phận có đủ phiếu của người dân để kết luận.
    }
figures-how = Mỗi tỷ lệ là phần phiếu chọn “Hài lòng” hoặc “Rất hài lòng”, kèm khoảng tin cậy 95 % (Wilson). Dưới 20 phiếu thì không kết luận.
figures-overall = Hài lòng chung
figures-district-persons = Người dân toàn huyện hài lòng
figures-district-organisations = Tổ chức, doanh nghiệp toàn huyện hài lòng
figures-on-time = Trả đúng hẹn
figures-on-time-of = { $share } của { $n } hồ sơ
figures-no-cases = chưa có hồ sơ đã trả
figures-waiting = { $n } phiếu đang chờ trong hòm, sẽ được tính sau khi niêm phong.
figures-waiting-short = Phiếu chờ
figures-tiles-title = Hài lòng chung của người dân theo xã, thị trấn
figures-tiles-hint = Sơ đồ vị trí gần đúng. Càng đậm càng hài lòng; kẻ sọc là chưa đủ phiếu.
figures-persons = Người dân
figures-organisations = Tổ chức, doanh nghiệp
figures-dots-title = Tỷ lệ hài lòng chung của từng bộ phận
figures-dots-hint = Chấm là tỷ lệ, vạch là khoảng tin cậy. Hai vạch chồng lên nhau thì chưa thể nói bộ phận nào hơn.
figures-none = Chưa đủ phiếu để kết luận.
figures-n = Số phiếu
figures-response = Tỷ lệ trả lời
figures-show-all = Xem tất cả bộ phận
figures-office-title = { $office }: số liệu này đếm những gì
figures-denied = { $n } người được mời báo rằng đánh giá ghi nhận không phải của họ.
figures-joined = { $n } phiếu của các hòm quá ít phiếu được mở chung với nơi khác khi hết quý và chỉ tính cho toàn huyện.
figures-office-counts = Đếm { $ballots } phiếu trong { $groups } nhóm đã niêm phong, từ { $invited } lời mời.
figures-office-link = Xem bộ phận này
figures-question = Câu hỏi
figures-share = Hài lòng hoặc rất hài lòng
figures-sealed-how = Hết ngày, phiếu được trộn và niêm phong theo nhóm ít nhất ba phiếu, nên không ai biết phiếu nào của ai. Câu bỏ qua không được đếm.
chart-dots-desc = Mỗi hàng là một bộ phận: chấm là tỷ lệ phiếu chọn 4 hoặc 5, vạch là khoảng tin cậy 95 %. Thang tính theo phần trăm. Bảng bên dưới có cùng số liệu.
chart-tiles-desc = Mỗi ô là một xã hoặc thị trấn, có tên và tỷ lệ hài lòng chung. Bảng bên dưới có cùng số liệu.
period-sample = Quý II năm 2017
period-quarter = Quý { $quarter } năm { $year }
figures-units-then = Số liệu theo các đơn vị của thời gian đó; từ đó đến nay các đơn vị đã được sắp xếp lại.
figures-units-now = Số liệu được cộng theo các đơn vị của hôm nay: mỗi đơn vị gồm cả những đơn vị cũ nhập trọn vào.
figures-units-to-now = Xem theo đơn vị hôm nay
figures-units-to-then = Xem theo đơn vị lúc đó
figures-divided = { $office } đã được chia cho { $into }. Không có con số chính xác theo đơn vị hôm nay, nên số liệu của nơi này đứng riêng, không chia theo ước đoán.
figures-ended = { $office } không còn, và không có đơn vị nào kế tục trọn vẹn: số liệu của nơi này đứng riêng.
