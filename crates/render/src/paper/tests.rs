//! Every form is drawn from its sample and read back.

use hailong_core::serve::regime::{Paper, Regime};
use hailong_core::time::Instant;

use super::*;
use crate::page::Page;
use crate::pdf::read::Read;

fn read(form: &dyn Form) -> Read {
    assert!(form.file_name().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{}", form.file_name());
    Read::new(&form.pdf().unwrap())
}

fn holds(read: &Read, words: &[&str]) {
    let mut from = 0;
    for wanted in words {
        let found = read.text[from..].find(wanted);
        let at = found.unwrap_or_else(|| panic!("{wanted} is not there, or not in its order: {}", read.text));
        from += at;
    }
}

#[test]
fn the_receipt_has_every_field_in_the_order_of_the_form() {
    let mut receipt = receipt::Receipt::sample(Lang::Vi);
    receipt.head.regime = Regime::R2018;
    receipt.head.hotline = "0290 3857 000".to_owned();
    let read = read(&receipt);
    // Two copies of one page each.
    assert_eq!(read.pages, [(148, 210), (148, 210)]);
    let fields = [
        "Bản chạy thử.",
        "Mẫu số 01",
        "ỦY BAN NHÂN DÂN XÃ TRẦN PHÁN",
        "Số: 214/TNHS",
        "Mã hồ sơ: 000.00.32161.H12-170628-0001",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Trần Phán, ngày 28 tháng 6 năm 2017",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Liên 1",
        "Bộ phận tiếp nhận và trả kết quả:",
        "Tiếp nhận hồ sơ của: Phạm Văn Mẫu",
        "012345678",
        "Địa chỉ:",
        "Số điện thoại:",
        "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
        "1. Thành phần hồ sơ",
        "2. Số lượng hồ sơ: 1 bộ",
        "3. Thời gian giải quyết",
        "4. Thời gian nhận hồ sơ: 9 giờ 00 phút, ngày 28 tháng 6 năm 2017 (thứ Tư)",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 16 giờ 30 phút",
        "6. Đăng ký nhận kết quả tại",
        "7. Phí, lệ phí: 8.000 đ",
        "Quyển số: 2017; Số thứ tự: 214",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "2 liên",
        "0290 3857 000",
        "Liên 2",
    ];
    holds(&read, &fields);
}

#[test]
fn forms_say_what_the_circular_says() {
    let lang = Lang::Vi;
    holds(
        &read(&supplement_request::SupplementRequest::sample(lang)),
        &[
            "/HDHS",
            "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
            "Hồ sơ của",
            "gồm những nội dung sau",
            "1. ",
            "Lý do",
            "NGƯỜI HƯỚNG DẪN",
        ],
    );
    holds(
        &read(&refusal::Refusal::sample(lang)),
        &[
            "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
            "không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
            "khiếu nại",
        ],
    );
    holds(
        &read(&apology::Apology::sample()),
        &[
            "Mẫu số 04",
            "03/PXL",
            "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
            "Kính gửi",
            "Mã số hồ sơ",
            "Lý do",
            "xin lỗi",
            "31 tháng 10",
            "THỦ TRƯỞNG",
        ],
    );
    holds(
        &read(&stop_notice::StopNotice::sample()),
        &["Mẫu số 05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "lý do", "THỦ TRƯỞNG"],
    );
    holds(&read(&invitation::Invitation::sample(lang)), &["Mời ông/bà đánh giá", "/rate/"]);
    holds(&read(&crate::serve::queue::Slip::sample(lang)), &["Quét mã"]);
}

#[test]
fn number_and_title_follow_the_regime() {
    let mut letter = apology::Apology::sample();
    letter.head.regime = Regime::R2025;
    holds(&read(&letter), &["Mẫu số 04", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT"]);
    letter.head.regime = Regime::R2015;
    assert!(!read(&letter).text.contains("Mẫu số"));
    let mut slip = control_slip::ControlSlip::sample();
    holds(&read(&slip), &["Mẫu số 05", "KIỂM SOÁT", "Tên cơ quan", "Đúng hạn"]);
    slip.head.regime = Regime::R2025;
    assert_eq!(Paper::ControlSlip.number(Regime::R2025), Some(6));
    holds(&read(&slip), &["Mẫu số 06"]);
}

#[test]
fn the_book_is_on_a4_repeats_its_head_and_ends_with_signatures() {
    let book = tracking_book::TrackingBook::sample();
    let all = read(&book);
    assert!(all.pages.len() > 1 && all.pages.iter().all(|page| *page == (297, 210)), "{:?}", all.pages);
    assert_eq!(all.text.matches("Tên thủ tục hành chính").count(), all.pages.len());
    holds(
        &all,
        &[
            "Mẫu số 06",
            "SỔ THEO DÕI HỒ SƠ",
            "Năm 2019",
            "từ 01 đến 40",
            "191023-0040",
            "được khóa",
            "THỦ TRƯỞNG",
        ],
    );
    let mut part = book.clone();
    part.lines.truncate(10);
    assert!(!read(&part).text.contains("được khóa"), "only the last stretch is closed");
}

#[test]
fn hand_overs_stand_to_the_date() {
    use control_slip::Kept;
    let at = |text| Instant::parse_local(text).unwrap();
    let due = Some(at("2019-10-28T16:30"));
    assert_eq!(Kept::of(at("2019-10-27T16:31"), due), Kept::Early);
    assert_eq!(Kept::of(at("2019-10-28T16:30"), due), Kept::OnTime);
    assert_eq!(Kept::of(at("2019-10-28T16:31"), due), Kept::Late);
    assert_eq!(Kept::of(at("2019-10-28T16:31"), None), Kept::Open);
}

#[test]
fn many_papers_are_one_document() {
    let forms: Vec<Box<dyn Form>> = vec![
        Box::new(receipt::Receipt::sample(Lang::Vi)),
        Box::new(tracking_book::TrackingBook { lines: Vec::new(), ..tracking_book::TrackingBook::sample() }),
        Box::new(invitation::Invitation::sample(Lang::Vi)),
    ];
    let read = Read::new(&bundle("Giấy tờ", &forms).unwrap());
    assert_eq!(read.pages, [(148, 210), (148, 210), (297, 210), (74, 105)]);
    assert_eq!(Read::new(&bundle("Không có gì", &[]).unwrap()).pages.len(), 1);
}

#[test]
fn an_invitation_is_one_small_slip_whatever_the_address() {
    let mut slip = invitation::Invitation::sample(Lang::Vi);
    slip.office = "Trung tâm Phục vụ hành chính công huyện Đầm Dơi".to_owned();
    slip.url = format!("https://motcua.damdoi.camau.gov.vn/rate/{}", "W".repeat(43));
    let read = read(&slip);
    assert_eq!(read.pages, [(74, 105)]);
    holds(&read, &["1234 5678 9012 3456", "Phiếu kín"]);
}

#[test]
fn a_receipt_with_many_documents_and_long_words_goes_on_a_second_page() {
    let mut long = receipt::Receipt::sample(Lang::Vi);
    let more: Vec<_> = long.documents.iter().cycle().take(40).cloned().collect();
    long.documents = more;
    long.holder.address = "Ấp Bờ Đập ".repeat(30);
    let read = read(&long);
    assert!(read.pages.len() >= 4);
    holds(&read, &["Liên 1", "NGƯỜI TIẾP NHẬN HỒ SƠ", "Liên 2", "NGƯỜI TIẾP NHẬN HỒ SƠ"]);
}

#[test]
fn papers_name_the_authority_and_the_place() {
    let check = |name, unit: &str, place: &str| {
        assert_eq!(unit_and_place(name), (unit.to_owned(), place.to_owned()));
    };
    check("Xã Trần Phán", "xã Trần Phán", "Trần Phán");
    check("Thị trấn Đầm Dơi", "thị trấn Đầm Dơi", "Đầm Dơi");
    check("Huyện Đầm Dơi", "huyện Đầm Dơi", "Đầm Dơi");
    check("Phường Tân Thành", "phường Tân Thành", "Tân Thành");
    check("Đầm Dơi", "Đầm Dơi", "Đầm Dơi");
}
