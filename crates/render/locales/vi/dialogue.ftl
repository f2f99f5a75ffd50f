dialogue-estimate = Chọn { $commune }: ước tính khoảng { $people } người có điều bức xúc trong quý (khoảng tin cậy 90 %: từ { $low } đến { $high })
dialogue-by-estimate = , nhiều nhất trong các xã.
dialogue-by-excess = , sát nút với { $other } (khả năng đứng đầu { $mine } và { $others }); chọn nơi vượt mức chung của huyện nhiều hơn.
dialogue-by-rest = , ngang với { $other } (khả năng đứng đầu { $mine } và { $others }); { $other } đã được đối thoại trong bốn quý gần đây nên nhường.
dialogue-by-count = , ngang với { $other } (khả năng đứng đầu { $mine } và { $others }); chọn nơi có nhiều phiếu bức xúc hơn.
dialogue-same = Đây cũng là nơi có nhiều phiếu bức xúc nhất ({ $n } phiếu).
dialogue-differs = { $raw } có nhiều phiếu bức xúc hơn ({ $n }), nhưng { $forms } phiếu trên { $cases } hồ sơ ở đó chỉ cho ước tính khoảng { $people } người; ở { $chosen } mới hỏi được { $chosen_forms } phiếu trên { $chosen_cases } hồ sơ.
dialogue-nothing = Quý này không có phiếu nào nêu điều bức xúc; chọn { $commune } vì có nhiều hồ sơ nhất.
