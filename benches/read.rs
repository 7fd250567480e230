//! Reading alone, beside bare calamine on the same bytes: 100,000 members in 20 columns.
//!
//! `cargo bench --bench read` shows the times and, as `max alloc`, the memory of each; the ratio of
//! the two medians in one run is what counts.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]

use std::io::Cursor;
use std::sync::LazyLock;

use calamine::{Reader, Xlsx};
use divan::{AllocProfiler, Bencher, black_box};
use evalhub_import::{Options, Vocabulary};
use rust_xlsxwriter::Workbook;

#[global_allocator]
static ALLOCATOR: AllocProfiler<mimalloc::MiMalloc> = AllocProfiler::new(mimalloc::MiMalloc);

const ROWS: u32 = 100_000;
const HEADINGS: [&str; 20] = [
    "TT",
    "Chi bộ",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số định danh",
    "Chức vụ",
    "Ngày vào Đảng",
    "Ngày chính thức",
    "Đảng viên tự xếp loại",
    "Chi ủy xếp loại",
    "Chi bộ xếp loại",
    "Đảng ủy xếp loại",
    "Lý do",
    "Quê quán",
    "Dân tộc",
    "Tôn giáo",
    "Trình độ",
    "Điện thoại",
    "Ghi chú",
];
const LEVELS: [&str; 4] = ["HTXSNV", "HTTNV", "HTNV", "KHTNV"];

static WORKBOOK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "ĐẢNG BỘ TỈNH MINH KHÊ").unwrap();
    sheet.write(2, 0, "DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM 2023").unwrap();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(4, column, heading).unwrap();
    }
    for row in 0..ROWS {
        let level = |by: u32| LEVELS[usize::try_from((row / by) % 7 % 4).unwrap()];
        let at = row + 5;
        sheet.write(at, 0, row + 1).unwrap();
        sheet.write(at, 1, format!("Chi bộ {}", row / 50)).unwrap();
        sheet.write(at, 2, format!("Nguyễn Thị Số {row}")).unwrap();
        sheet
            .write(at, 3, format!("{:02}/{:02}/{}", row % 28 + 1, row % 12 + 1, 1950 + row % 50))
            .unwrap();
        sheet.write(at, 4, if row % 2 == 0 { "Nam" } else { "Nữ" }).unwrap();
        sheet.write(at, 5, format!("000{row:09}")).unwrap();
        sheet.write(at, 6, "Đảng viên").unwrap();
        sheet.write(at, 7, format!("03/02/{}", 1980 + row % 35)).unwrap();
        sheet.write(at, 8, format!("03/02/{}", 1981 + row % 35)).unwrap();
        for (column, by) in (9..13).zip([1, 2, 3, 5]) {
            sheet.write(at, column, level(by)).unwrap();
        }
        for (column, text) in (14..19).zip(["Minh Khê", "Kinh", "Không", "Đại học", "0900000000"])
        {
            sheet.write(at, column, text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
});

#[divan::bench(sample_count = 5)]
fn calamine_alone(bencher: Bencher<'_, '_>) {
    let bytes = WORKBOOK.as_slice();
    bencher.bench(|| {
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        let name = book.sheet_names()[0].clone();
        let mut reader = book.worksheet_cells_reader(&name).unwrap();
        let mut cells = 0;
        while let Some(cell) = reader.next_cell().unwrap() {
            black_box(cell.get_value());
            cells += 1;
        }
        cells
    });
}

#[divan::bench(sample_count = 5)]
fn cells_of_evalhub(bencher: Bencher<'_, '_>) {
    let bytes = WORKBOOK.as_slice();
    bencher.bench(|| evalhub_import::cell_count(bytes));
}

#[divan::bench(sample_count = 5)]
fn records_of_evalhub(bencher: Bencher<'_, '_>) {
    let bytes = WORKBOOK.as_slice();
    let vocabulary = Vocabulary::bundled();
    bencher
        .bench(|| evalhub_import::read(bytes, "minh_khe.xlsx", &Options::default(), &vocabulary));
}

fn main() {
    LazyLock::force(&WORKBOOK);
    divan::main();
}
