//! Documents read back: pages, sizes, text, and that the same content is the same bytes.

use super::*;

fn document() -> Pdf {
    let mut pdf = Pdf::new("Giấy tiếp nhận", Size::A5, Margins::all(12.0));
    let head = LetterHead {
        authority: "Ủy ban nhân dân xã Trần Phán".to_owned(),
        office: "Bộ phận tiếp nhận và trả kết quả".to_owned(),
        number: "1/TNHS".to_owned(),
        place_and_day: "Trần Phán, ngày 28 tháng 6 năm 2017".to_owned(),
        code: "000.21.70.H12-191023-0007".to_owned(),
        form: "Mẫu số 01".to_owned(),
    };
    pdf.letter_head(&head, 9.5);
    pdf.add(Paragraph::new("Giấy tiếp nhận hồ sơ").title().bold().center());
    let words =
        "Đã nhận đủ giấy tờ của ông Nguyễn Đình Chữ, ấp Bờ Đập; kết quả được trả đúng hẹn. ".repeat(12);
    pdf.add(Paragraph::new(words).align(Align::Justify));
    pdf
}

#[test]
fn text_can_be_read_back() {
    let bytes = document().finish().unwrap();
    let read = super::read::Read::new(&bytes);
    assert_eq!(read.pages, [(148, 210)]);
    for words in ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Nguyễn Đình Chữ", "Mẫu số 01", "191023-0007"]
    {
        assert!(read.text.contains(words), "{words} is not in {}", read.text);
    }
    assert!(read.plain.contains("/Lang") && read.plain.contains("vi"), "no language");
}

#[test]
fn the_same_content_is_the_same_bytes() {
    assert_eq!(document().finish().unwrap(), document().finish().unwrap());
}

#[test]
fn a_long_table_repeats_its_head_and_numbers_pages() {
    let mut pdf = Pdf::new("Sổ", Size::A4.turned(), Margins::all(15.0));
    let mut table = Table::shares(&[1.0, 4.0, 2.0, 2.0], 10.0);
    table.head([Cell::over("STT", 1, 2), Cell::over("Tên thủ tục", 1, 2), Cell::over("Ngày", 2, 1)]);
    table.head(["Nhận", "Trả"]);
    for row in 0..120 {
        table.row([
            row.to_string(),
            format!("Đăng ký khai sinh {row}"),
            "28/6/2017".into(),
            "3/7/2017".into(),
        ]);
    }
    pdf.table(&table);
    let read = super::read::Read::new(&pdf.finish().unwrap());
    assert!(read.pages.len() > 2 && read.pages.iter().all(|size| *size == (297, 210)), "{:?}", read.pages);
    assert_eq!(read.text.matches("Tên thủ tục").count(), read.pages.len());
    for row in 0..120 {
        assert!(read.text.contains(&format!("Đăng ký khai sinh {row}")), "row {row}");
    }
}

#[test]
fn a_row_higher_than_a_page_goes_on_and_a_part_has_its_own_size() {
    let mut pdf = Pdf::new("Dài", Size::A5, Margins::all(12.0));
    let mut table = Table::shares(&[1.0, 1.0], 10.0);
    table.head(["Cơ quan", "Ghi chú"]);
    table.row(["một".to_owned(), "chữ nghĩa ".repeat(900)]);
    pdf.table(&table);
    pdf.new_part(Size::A7, Margins::all(5.0));
    pdf.add(Paragraph::new("Phiếu"));
    let read = super::read::Read::new(&pdf.finish().unwrap());
    assert!(read.pages.len() >= 3);
    assert_eq!(read.pages.last(), Some(&(74, 105)));
    assert_eq!(read.text.matches("nghĩa").count(), 900);
}

#[test]
fn letters_that_the_typeface_lacks_do_no_harm() {
    let mut pdf = Pdf::new("Lạ", Size::A7, Margins::all(5.0));
    pdf.add(Paragraph::new("漢字 \u{7} Nguyễn \u{202e} Văn"));
    pdf.add(Block::Bars { text: "漢".to_owned(), size: Size { width: 100.0, height: 20.0 } });
    assert!(super::read::Read::new(&pdf.finish().unwrap()).text.contains("Nguyễn"));
}
