//! What officials write: reasons, questions to other bodies, findings, advice.

use hailong_core::{listen::dialogue::Topic, serve::procedure::Procedure};

use super::{
    chance::Chance,
    script::{Act, Fate},
};

/// What people write on the forms of a survey.
pub(super) const GRIEVANCES: [(Topic, &str); 8] = [
    (Topic::Deadline, "Hẹn ba lần mới trả kết quả, lần nào cũng nói chờ cấp trên."),
    (Topic::Land, "Hồ sơ tách thửa nộp từ sau Tết đến nay chưa xong."),
    (Topic::Papers, "Mỗi lần đến lại kêu bổ sung một tờ khác."),
    (Topic::Attitude, "Hỏi mà người ngồi quầy không ngẩng lên trả lời."),
    (Topic::Guidance, "Bảng niêm yết cũ, đọc không hiểu phải nộp gì."),
    (Topic::Policy, "Hồ sơ hưởng chính sách cho mẹ tôi chờ hơn nửa năm."),
    (Topic::Money, "Không rõ khoản tiền nộp thêm là tiền gì."),
    (Topic::Earlier, "Kỳ trước đã hứa sửa bến đò, chưa thấy làm."),
];
/// What is asked at a dialogue.
pub(super) const QUESTIONS_ASKED: [(Topic, &str); 5] = [
    (Topic::Deadline, "Vì sao buổi sáng thường 8 giờ bộ phận mới mở cửa, trong khi ghi 7 giờ?"),
    (Topic::Land, "Hồ sơ tách thửa nộp từ tháng 2, bao giờ có kết quả?"),
    (Topic::Papers, "Chứng thực một bản mà phải nộp ba bản sao, có đúng không?"),
    (Topic::Policy, "Hồ sơ trợ cấp người cao tuổi đang chờ ở đâu, khi nào xong?"),
    (Topic::Guidance, "Có thể dán hướng dẫn viết mẫu ngay tại bàn viết không?"),
];
/// An answer that settles a question on the spot.
pub(super) const SETTLED: &str =
    "Không đúng. Chỉ nộp số bản ông/bà cần; bộ phận xin lỗi và đã gỡ thông báo cũ.";
const FINANCIAL_DUTY: [&str; 2] = [
    "Chờ ông/bà nộp thuế thu nhập cá nhân và lệ phí trước bạ theo thông báo của Chi cục Thuế.",
    "Chờ nộp tiền sử dụng đất theo thông báo của cơ quan thuế.",
];
const POSTING: [&str; 2] = [
    "Niêm yết công khai tại trụ sở UBND xã và khu dân cư 15 ngày để lấy ý kiến.",
    "Niêm yết kết quả kiểm tra hồ sơ tại xã; nếu không có khiếu nại sẽ giải quyết tiếp.",
];
const QUESTIONS: [&str; 3] = [
    "Đề nghị xác nhận thông tin trong hồ sơ có đúng với hồ sơ đang quản lý hay không.",
    "Đề nghị cho ý kiến về sự phù hợp với quy hoạch và hiện trạng.",
    "Đề nghị xác minh nơi cư trú và tình trạng thực tế của người nộp hồ sơ.",
];
const VISITS: [&str; 3] = [
    "Đã đi xem thực tế tại ấp, ranh đất và hiện trạng đúng như hồ sơ; có trưởng ấp chứng kiến.",
    "Đã đến nhà xác minh hoàn cảnh, có mặt đại diện mặt trận ấp.",
    "Đã kiểm tra vị trí xây dựng, còn đủ khoảng lùi theo quy hoạch.",
];
const APOLOGIES: [&str; 4] = [
    "Chờ kết quả xác minh của cơ quan phối hợp nên chưa thể trả đúng hẹn. Thành thật xin lỗi ông/bà.",
    "Hồ sơ nhiều trong đợt này, người phụ trách đi tập huấn. Chúng tôi xin lỗi và hẹn lại ngày trả.",
    "Bản trích đo địa chính phải chỉnh sửa lại. Thành thật xin lỗi ông/bà vì sự chậm trễ.",
    "Hệ thống dữ liệu gián đoạn hai ngày. Chúng tôi xin lỗi ông/bà.",
];
const NOTES: [&str; 3] = [
    "Hồ sơ đầy đủ, đúng quy định. Đề nghị ký.",
    "Đã thẩm định, đủ điều kiện giải quyết.",
    "Đã đối chiếu bản chính và dữ liệu, trình ký kết quả.",
];
const SENT_BACK: [&str; 3] = [
    "Sai năm sinh ở trang 1, sửa lại rồi trình.",
    "Thiếu căn cứ pháp lý trong dự thảo, bổ sung.",
    "Diện tích trong dự thảo không khớp với trích lục, kiểm tra lại.",
];
const REFUSALS: [&str; 2] = [
    "Hồ sơ không đủ điều kiện giải quyết theo quy định.",
    "Việc này không thuộc thẩm quyền của đơn vị; đã hướng dẫn ông/bà nơi nộp.",
];
const WITHDRAWALS: [&str; 3] = [
    "Người nộp không còn nhu cầu.",
    "Gia đình thỏa thuận lại, xin rút hồ sơ về.",
    "Xin rút để nộp ở nơi cư trú mới.",
];
const STOPS: [&str; 2] = [
    "Tòa án đang thụ lý tranh chấp về cùng việc này, dừng giải quyết theo quy định.",
    "Phát sinh khiếu nại của người có quyền lợi liên quan.",
];
const LOSSES: [&str; 2] = [
    "Thất lạc một bản sao khi chuyển giữa hai bộ phận; đơn vị tự chụp lại và xin lỗi ông/bà.",
    "Một trang tờ khai bị ướt, đã mời ông/bà ký lại tại nhà.",
];
const CORRECTIONS: [&str; 3] = [
    "Sai chữ lót trong họ tên, đã cấp lại bản đúng.",
    "Sai ngày cấp chứng minh nhân dân, đã đính chính.",
    "Sai số thửa, đã cấp lại trang bổ sung.",
];
const ADVICE: [&str; 4] = [
    "Đã hướng dẫn các giấy tờ phải mang theo và cách ghi tờ khai.",
    "Ông/bà hỏi lệ phí và thời gian giải quyết; đã giải thích và đưa tờ hướng dẫn.",
    "Đã hướng dẫn làm thủ tục tại xã, không phải lên huyện.",
    "Thiếu bản chính, đã dặn mang theo khi nộp; các giấy khác đã đủ.",
];

/// Why a step is taken.
pub(super) fn reason(act: Act, pays: bool, chance: &Chance) -> String {
    let bank: &[&str] = match act {
        Act::Pause if pays => &FINANCIAL_DUTY,
        Act::Pause => &POSTING,
        Act::Consult | Act::ConsultOther => &QUESTIONS,
        Act::Visit => &VISITS,
        Act::Apologise => &APOLOGIES,
        Act::Submit => &NOTES,
        Act::SendBack => &SENT_BACK,
        Act::Withdraw => &WITHDRAWALS,
        Act::Stop => &STOPS,
        Act::Lose => &LOSSES,
        Act::Correct => &CORRECTIONS,
        _ => &REFUSALS,
    };
    (*chance.pick(bank)).to_owned()
}

/// What was said to somebody who only asked.
pub(super) fn advice(procedure: &Procedure, chance: &Chance) -> String {
    format!("{}: {}", procedure.short_name_vi, chance.pick(&ADVICE))
}

/// What is said, decided and asked about the figures of a quarter.
pub(super) fn of_evaluation(act: Act, fate: Fate) -> &'static str {
    use Act::{AnswerFigures, AskReview, DecideFigures, Review};
    match (fate, act) {
        (Fate::Explained, AnswerFigures) => {
            "Tuần 13 đến 17/3 tôi tiếp nhận thay cho người đi học nên nhiều người phải chờ lâu; từ 20/3 đã có đủ người."
        }
        (Fate::Explained, DecideFigures) => {
            "Đúng như anh trình bày, lịch phân công tuần đó còn lưu. Ghi nhận hoàn cảnh."
        }
        (Fate::Silent, DecideFigures) => {
            "Quá hạn chưa có ý kiến. Tôi đã đối chiếu sổ theo dõi hồ sơ, số liệu phù hợp."
        }
        (Fate::Objected, AnswerFigures) => {
            "Ba hồ sơ trả trễ ngày 16 và 22/3 là do chờ văn bản của huyện, tôi không giữ lâu. Đề nghị không tính các hồ sơ này."
        }
        (Fate::Objected, DecideFigures) => {
            "Đã xem ba hồ sơ: thời gian chờ huyện được trừ rồi, phần trễ còn lại là ở khâu thẩm định của xã. Giữ nguyên số liệu."
        }
        (Fate::Reviewed, AnswerFigures) => {
            "Cả tháng 3 tôi được điều động làm tổ công tác xây dựng nông thôn mới, hồ sơ đứng tên tôi do người khác làm."
        }
        (Fate::Reviewed, DecideFigures) => "Phân công trên phần mềm vẫn là chị. Giữ nguyên số liệu.",
        (Fate::Reviewed, AskReview) => {
            "Quyết định điều động số 41 ngày 27/2 ghi rõ từ 1 đến 31/3. Đề nghị huyện xem lại, tôi gửi kèm số quyết định."
        }
        (Fate::Reviewed, Review) => {
            "Đã xem Quyết định điều động: trong quý I chị không trực tiếp giải quyết hồ sơ. Không tính số liệu quý này cho chị; \
             thị trấn sửa lại phân công trên phần mềm."
        }
        (Fate::MayAsk, AnswerFigures) => {
            "Hai tuần đầu tháng 3 máy in hỏng, người dân phải quay lại lấy kết quả. Tôi đã báo văn phòng ngày 6/3."
        }
        (Fate::MayAsk, DecideFigures) => {
            "Máy in hỏng ba ngày, đã có máy mượn từ 9/3; phần còn lại không giải thích được. Giữ nguyên số liệu."
        }
        (Fate::WithHead, AnswerFigures) => {
            "Tôi nghỉ ốm từ tháng 4 nên nay mới có ý kiến: các hồ sơ đất trễ trong tháng 3 đều chờ trích đo, đề nghị xem lại từng hồ sơ."
        }
        (Fate::WithLeader, AnswerFigures) => {
            "Phiếu chấm thấp phần lớn là về lệ phí trước bạ, không phải việc của quầy đất đai. Đề nghị xem lại."
        }
        (Fate::WithLeader, DecideFigures) => {
            "Câu hỏi trên phiếu là về thái độ và hướng dẫn, không phải lệ phí. Giữ nguyên số liệu."
        }
        (Fate::WithLeader, AskReview) => {
            "Người dân nộp tiền ở chi cục thuế rồi quay lại quầy mới chấm điểm. Đề nghị huyện cho xem lại cách chia phiếu."
        }
        _ => "",
    }
}

/// The body that is asked about such a matter, or the second one.
pub(super) fn body(other: bool, procedure: &Procedure) -> &'static str {
    match (procedure.field_vi.as_str(), other) {
        ("Hoạt động xây dựng", false) => "Phòng Tài nguyên và Môi trường huyện Đầm Dơi",
        ("Hoạt động xây dựng", true) => "Phòng Cảnh sát phòng cháy, chữa cháy",
        ("Đất đai", _) => "Chi cục Thuế huyện Đầm Dơi",
        ("Bảo trợ xã hội" | "Giảm nghèo" | "Người có công", _) => {
            "Phòng Lao động – Thương binh và Xã hội huyện Đầm Dơi"
        }
        _ => "Công an huyện Đầm Dơi",
    }
}

/// What it answers.
pub(super) fn reply(agreed: bool) -> &'static str {
    if agreed {
        "Đồng ý, thông tin trong hồ sơ đúng với hồ sơ đang quản lý."
    } else {
        "Chưa thống nhất, đề nghị làm rõ thêm ranh giới và thời gian cư trú."
    }
}

/// What is written on forms of a survey.
pub(super) const SAID_IN_SURVEYS: [&str; 6] = [
    "Cán bộ hướng dẫn dễ hiểu, cảm ơn.",
    "Phòng chờ nóng, nên có thêm quạt và ghế.",
    "Góp ý rồi mà không thấy ai báo lại.",
    "Hồ sơ đất còn chậm.",
    "Bảng niêm yết chữ nhỏ, người lớn tuổi khó đọc.",
    "Nên trả kết quả qua bưu điện cho người ở xa.",
];
