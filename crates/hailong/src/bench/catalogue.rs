//! `hailong bench procedures` and `hailong bench search`: a large catalogue is imported into a new database, and searched.

use std::{path::PathBuf, time::Instant as Stopwatch};

use anyhow::{Context as _, ensure};
use hailong_core::{
    context::{Actor, Entropy},
    directory::{Authority, Directory},
    event::Event,
    serve::{calendar::Calendar, procedure::Procedure},
    time::{Day, Instant, Minute},
};
use hailong_store::{Store, Url, keys::Vault};

use super::Catalogue;
use crate::{import::procedure, setting::AUTHORITY};

/// What offices do, to what, and for whom: the words of real catalogues.
const DEEDS: [&str; 16] = [
    "Cấp",
    "Cấp lại",
    "Cấp đổi",
    "Gia hạn",
    "Thu hồi",
    "Đăng ký",
    "Đăng ký thay đổi",
    "Xác nhận",
    "Công nhận",
    "Phê duyệt",
    "Thẩm định",
    "Chấm dứt",
    "Điều chỉnh",
    "Chuyển nhượng",
    "Thông báo",
    "Hỗ trợ",
];
const THINGS: [&str; 40] = [
    "giấy phép hoạt động",
    "giấy chứng nhận đủ điều kiện",
    "chứng chỉ hành nghề",
    "giấy khai sinh",
    "quyền sử dụng đất",
    "giấy phép xây dựng",
    "hộ kinh doanh",
    "giấy phép môi trường",
    "nuôi trồng thủy sản",
    "giấy phép khai thác nước",
    "trợ cấp xã hội",
    "chế độ người có công",
    "hộ nghèo",
    "bằng tốt nghiệp",
    "giấy phép lái xe",
    "tạm trú",
    "thường trú",
    "an toàn thực phẩm",
    "phòng cháy chữa cháy",
    "kinh doanh rượu",
    "bán lẻ thuốc lá",
    "hợp tác xã",
    "tàu cá",
    "bảo hiểm y tế",
    "lao động nước ngoài",
    "di sản văn hóa",
    "lễ hội",
    "quảng cáo",
    "phương tiện thủy nội địa",
    "bến khách",
    "chứng thực chữ ký",
    "bản sao",
    "hòa giải viên",
    "trường mầm non",
    "dạy thêm",
    "khuyết tật",
    "mai táng",
    "nhà ở xã hội",
    "tái định cư",
    "rừng ngập mặn",
];
const CASES: [&str; 8] = [
    "cho cá nhân",
    "cho tổ chức",
    "lần đầu",
    "trong trường hợp bị mất",
    "đối với doanh nghiệp",
    "cấp xã",
    "có yếu tố nước ngoài",
    "theo nghị quyết mới",
];
const FIELDS: [&str; 12] = [
    "Hộ tịch",
    "Đất đai",
    "Xây dựng",
    "Môi trường",
    "Thủy sản",
    "Y tế",
    "Giáo dục",
    "Giao thông",
    "Công thương",
    "Văn hóa",
    "Lao động",
    "Bảo trợ xã hội",
];

/// What people type.
const QUERIES: [&str; 24] = [
    "khai sinh",
    "giấy khai sinh",
    "dang ky khai sinh",
    "làm sổ đỏ",
    "cap lai giay phep lai xe",
    "trợ cấp",
    "ho kinh doanh",
    "mở quán",
    "xây nhà",
    "giay phep xay dung",
    "hộ nghèo",
    "tau ca",
    "bảo hiểm y tế cho cá nhân",
    "khuyet tat",
    "1.000123",
    "chứng thực",
    "sao y",
    "đăng ký tạm trú",
    "thuong trus",
    "bang tot nghiepp",
    "an toan thuc pham doanh nghiep",
    "hòa giải",
    "phóng tàu vũ trụ",
    "nuôi tôm",
];

/// A catalogue as a file of our own form.
fn catalogue(many: usize) -> anyhow::Result<String> {
    let real = include_str!("../../../../data/dam-doi/procedures-2026.json");
    let real: Vec<serde_json::Value> = serde_json::from_str(real)?;
    let chance = Entropy::new([7; 32]);
    let one = |number: usize| {
        // Real records give the weight (documents, steps, bases); names and fields are made.
        let mut record = real[chance.below(real.len())].clone();
        let pick = |list: &[&str]| list[chance.below(list.len())].to_owned();
        let name = format!("{} {} {} số {number}", pick(&DEEDS), pick(&THINGS), pick(&CASES));
        record["code"] = format!("{}.{number:06}", 1 + number / 1_000_000).into();
        record["name_vi"] = format!("Thủ tục {name}").into();
        record["short_name_vi"] = name.into();
        record["field_vi"] = pick(&FIELDS).into();
        record
    };
    Ok(serde_json::to_string(&(0..many).map(one).collect::<Vec<_>>())?)
}

/// Imports a catalogue into a new database.
pub(super) async fn import(options: Catalogue) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("hailong-bench-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| folder.display().to_string())?;
    let figures = measure_import(&folder, options.procedures).await;
    std::fs::remove_dir_all(&folder)?;
    super::print(&figures?, options.json)
}

async fn measure_import(folder: &std::path::Path, many: usize) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let file: PathBuf = folder.join("catalogue.json");
    let text = catalogue(many)?;
    std::fs::write(&file, &text)?;
    let url = Url::Sqlite(folder.join("bench.db"));
    let store = Store::open(&url, AUTHORITY, Vault::of_demo(0)).await?;
    let at = Instant::at(Day::new(2026, 11, 24).context("a day")?, Minute(480));
    let directory = store.directory();
    let authority = Authority { id: AUTHORITY, name_vi: "Bench".into(), demo: true };
    let ctx = store.context(Actor::System, at, &directory, [1; 32]);
    store.publish(vec![Event::AuthorityFounded(authority)], &ctx).await?;
    let watch = Stopwatch::now();
    let (report, records) = procedure::gather(std::slice::from_ref(&file), &directory, at)?;
    let read = watch.elapsed();
    ensure!(report.accepted as usize == many, "only {} of {many} were accepted", report.accepted);
    procedure::write(&store, records, at).await?;
    let all = watch.elapsed();
    ensure!(store.directory().on(at.day()).procedures().count() == many, "not all are in force");
    let watch = Stopwatch::now();
    let (again, records) = procedure::gather(&[file], &store.directory(), at)?;
    ensure!(records.is_empty() && again.refused == 0, "importing again is not the same");
    Ok(vec![
        ("procedures", many as f64),
        ("megabytes", text.len() as f64 / 1e6),
        ("read_and_check_s", read.as_secs_f64()),
        ("import_s", all.as_secs_f64()),
        ("again_s", watch.elapsed().as_secs_f64()),
    ])
}

/// Searches a catalogue.
pub(super) fn search(options: &Catalogue) -> anyhow::Result<()> {
    let procedures: Vec<Procedure> = serde_json::from_str(&catalogue(options.procedures)?)?;
    let authority = Authority { id: AUTHORITY, name_vi: String::new(), demo: true };
    let directory = Directory::new(authority, Vec::new(), Vec::new(), procedures, Calendar::empty());
    let on = directory.on(Day::new(2026, 11, 24).context("a day")?);
    let watch = Stopwatch::now();
    let first = on.search("khai sinh").len();
    let build = watch.elapsed();
    ensure!(first > 0, "nothing was found");
    let mut times = Vec::new();
    for _ in 0..20 {
        for query in QUERIES {
            let watch = Stopwatch::now();
            std::hint::black_box(on.search(query));
            times.push(watch.elapsed().as_secs_f64() * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let figures = [
        ("procedures", options.procedures as f64),
        ("index_ms", build.as_secs_f64() * 1e3),
        ("searches", times.len() as f64),
        ("median_ms", at(0.5)),
        ("p95_ms", at(0.95)),
        ("longest_ms", at(1.0)),
    ];
    super::print(&figures, options.json)
}
