//! Invented people and what they say. Any likeness is chance.

use hailong_core::{
    listen::opinion::{Class, Finding, Topic, Urgency},
    serve::applicant::{Applicant, ApplicantKind},
};

use super::chance::Chance;

const FAMILY: [&str; 16] = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
    "Quách", "Thạch",
];
const MIDDLE_MEN: [&str; 10] =
    ["Văn", "Hữu", "Minh", "Quốc", "Thanh", "Hoàng", "Chí", "Công", "Đức", "Trung"];
const MIDDLE_WOMEN: [&str; 10] =
    ["Thị", "Ngọc", "Kim", "Mỹ", "Thị Bích", "Thị Cẩm", "Hồng", "Thanh", "Thu", "Diễm"];
const MEN: [&str; 18] = [
    "An", "Bình", "Cường", "Dũng", "Đạt", "Giàu", "Hải", "Hùng", "Khánh", "Lâm", "Nghĩa", "Phúc", "Quân",
    "Sơn", "Tài", "Thắng", "Tín", "Vinh",
];
const WOMEN: [&str; 18] = [
    "Ánh",
    "Bé",
    "Châu",
    "Diệu",
    "Đào",
    "Giang",
    "Hạnh",
    "Hoa",
    "Lan",
    "Liên",
    "Mai",
    "Nga",
    "Phượng",
    "Quyên",
    "Thảo",
    "Thủy",
    "Tuyết",
    "Yến",
];
const TRADES: [&str; 8] = [
    "tạp hóa",
    "vật tư nông nghiệp",
    "thu mua tôm",
    "sửa máy nổ",
    "quán ăn",
    "điện gia dụng",
    "may mặc",
    "trại giống",
];

const PRAISE: [&str; 8] = [
    "Cán bộ hướng dẫn rất nhiệt tình, dễ hiểu.",
    "Làm nhanh, không phải chờ lâu. Cảm ơn các anh chị.",
    "Nhận kết quả sớm hơn ngày hẹn, tôi rất hài lòng.",
    "Tiếp đón vui vẻ, chỉ cho tôi từng chỗ phải ghi.",
    "Phòng sạch, có ghế ngồi và nước uống.",
    "Lớn tuổi mắt kém được cán bộ ghi giùm, quý lắm.",
    "Ho so lam gon, khong phai di lai nhieu lan.",
    "Giấy tờ rõ ràng, phí thu đúng như niêm yết.",
];
const MIXED: [&str; 6] = [
    "Thái độ được nhưng chờ hơi lâu.",
    "Bảng niêm yết chữ nhỏ quá, người già khó đọc.",
    "Nên có thêm ghế ngồi chờ.",
    "Phải photo giấy tờ ở ngoài, nên có máy ngay tại chỗ.",
    "Buổi sáng đông, chỉ có một người tiếp.",
    "Toi di lan thu hai moi xong.",
];
const BLAME: [&str; 8] = [
    "Hẹn ngày trả mà đến không có, phải về rồi lên lại.",
    "Hỏi thì trả lời cộc lốc, không ai hướng dẫn.",
    "Đi ba lần mới đủ giấy, mỗi lần lại thiếu một thứ.",
    "Trễ hẹn mà không ai báo một tiếng.",
    "Hồ sơ đất làm quá lâu, đò giang đi lại tốn kém.",
    "Yêu cầu giấy tờ không có trong bảng niêm yết.",
    "Gio lam viec ma khong thay ai o ban tiep nhan.",
    "Xin đừng để dân chờ cả buổi.",
];

/// What people say, and how it is sorted.
const OPINIONS: [(&str, Class, Topic, Urgency); 12] = [
    (
        "Bảng niêm yết thủ tục đất đai đã cũ, đề nghị thay bảng mới và ghi rõ lệ phí.",
        Class::Conduct,
        Topic::Guidance,
        Urgency::Ordinary,
    ),
    (
        "Đề nghị bố trí thêm người tiếp nhận vào sáng thứ Hai, bà con chờ rất đông.",
        Class::Idea,
        Topic::Waiting,
        Urgency::Ordinary,
    ),
    (
        "Tôi nộp hồ sơ tách thửa đã quá hẹn nhưng chưa nhận được thông báo nào.",
        Class::Conduct,
        Topic::Waiting,
        Urgency::Pressing,
    ),
    (
        "Xin cảm ơn bộ phận một cửa đã giúp mẹ tôi làm giấy tờ nhanh chóng.",
        Class::Conduct,
        Topic::Attitude,
        Urgency::Ordinary,
    ),
    (
        "Nhà vệ sinh và chỗ để xe cho dân còn thiếu, mong được sửa chữa.",
        Class::Idea,
        Topic::Place,
        Urgency::Ordinary,
    ),
    (
        "Cán bộ yêu cầu nộp thêm bản sao sổ hộ khẩu có chứng thực, trong khi niêm yết không có.",
        Class::Conduct,
        Topic::Papers,
        Urgency::Pressing,
    ),
    (
        "Đề nghị có mẫu tờ khai ghi sẵn ví dụ cho người lớn tuổi dễ làm theo.",
        Class::Idea,
        Topic::Guidance,
        Urgency::Ordinary,
    ),
    (
        "Nên nhận kết quả qua bưu điện vì nhà xa, qua hai con sông mới tới xã.",
        Class::Idea,
        Topic::Place,
        Urgency::Ordinary,
    ),
    (
        "Tôi hỏi về chế độ mai táng phí nhưng mỗi lần được trả lời một khác.",
        Class::Rule,
        Topic::Guidance,
        Urgency::Pressing,
    ),
    (
        "Đường dây nóng ghi trên bảng gọi không ai nghe máy.",
        Class::Conduct,
        Topic::Guidance,
        Urgency::Ordinary,
    ),
    (
        "Thủ tục chứng thực bản sao làm rất nhanh, mong tiếp tục phát huy.",
        Class::Conduct,
        Topic::Waiting,
        Urgency::Ordinary,
    ),
    (
        "Đề nghị mở cửa sáng thứ Bảy cho người đi làm công ty về kịp làm giấy tờ.",
        Class::Idea,
        Topic::Place,
        Urgency::Ordinary,
    ),
];
const ANSWERS: [&str; 5] = [
    "Cảm ơn ông/bà đã góp ý. Chúng tôi đã kiểm tra và phân công người khắc phục trong tuần này.",
    "Chúng tôi xin lỗi ông/bà vì sự chậm trễ. Hồ sơ đang được xử lý, bộ phận tiếp nhận sẽ báo kết quả cho ông/bà.",
    "Ý kiến của ông/bà đã được đưa vào cuộc họp giao ban. Từ tháng tới có thêm một người tiếp nhận vào giờ cao điểm.",
    "Bảng niêm yết đã được thay. Mong ông/bà tiếp tục góp ý.",
    "Chúng tôi ghi nhận và đã nhắc nhở trong toàn bộ phận. Xin cảm ơn ông/bà.",
];

/// A full name, and the given name in it.
fn person(chance: &Chance) -> (String, &'static str) {
    let woman = chance.happens(0.5);
    let (middle, given) = if woman { (&MIDDLE_WOMEN, &WOMEN) } else { (&MIDDLE_MEN, &MEN) };
    let (family, middle, given) = (chance.pick(&FAMILY), chance.pick(middle), *chance.pick(given));
    (format!("{family} {middle} {given}"), given)
}

/// A full name.
pub(super) fn name(chance: &Chance) -> String {
    person(chance).0
}

/// A mobile number.
pub(super) fn phone(chance: &Chance) -> String {
    format!("09{:08}", chance.below(100_000_000))
}

/// An invented applicant.
pub(super) fn applicant(
    kind: ApplicantKind,
    office_unit: &str,
    office_id: &str,
    chance: &Chance,
) -> Applicant {
    let (person, given) = person(chance);
    let name = match kind {
        ApplicantKind::Person => person,
        ApplicantKind::Household => format!("Hộ kinh doanh {} {}", chance.pick(&TRADES), given),
        ApplicantKind::Enterprise => {
            format!("Công ty TNHH {} {given}", chance.pick(&FAMILY))
        }
        ApplicantKind::Organisation => format!("Hợp tác xã {} {}", chance.pick(&TRADES), given),
    };
    let number = chance.below(10_000_000);
    let identity_number = match kind {
        ApplicantKind::Person => format!("38{number:07}"),
        _ => format!("200{number:07}"),
    };
    Applicant {
        kind,
        name,
        identity_number,
        phone: phone(chance),
        email: String::new(),
        address: format!("Ấp {}, {office_unit}", 1 + chance.below(9)),
        residence: Some(office_id.to_owned()),
        wishes: Default::default(),
    }
}

/// What somebody with this overall score might add.
pub(super) fn words(overall: u8, chance: &Chance) -> String {
    let bank: &[&str] = match overall {
        5 => &PRAISE,
        3 | 4 => &MIXED,
        _ => &BLAME,
    };
    (*chance.pick(bank)).to_owned()
}

/// An opinion, and whether a name stands below it.
pub(super) fn opinion(chance: &Chance) -> (String, String, String) {
    let words = chance.pick(&OPINIONS).0.to_owned();
    if chance.happens(0.6) {
        return (words, String::new(), String::new());
    }
    let name = format!("{} {} {}", chance.pick(&FAMILY), chance.pick(&MIDDLE_MEN), chance.pick(&MEN));
    (words, name, phone(chance))
}

/// How the opinion of the same chance is sorted.
pub(super) fn sorted(chance: &Chance) -> (Class, Topic, Urgency) {
    let (_, class, topic, urgency) = *chance.pick(&OPINIONS);
    (class, topic, urgency)
}

/// What a head finds of what was said about conduct.
pub(super) fn finding(chance: &Chance) -> Finding {
    match chance.below(10) {
        0..5 => Finding::Upheld,
        5..8 => Finding::Partly,
        _ => Finding::Unfounded,
    }
}

/// A head's answer.
pub(super) fn answer(chance: &Chance) -> &'static str {
    ANSWERS[chance.below(ANSWERS.len())]
}
