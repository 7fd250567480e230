//! Hubs to measure: so many members on the rolls of 200 branches in 13 rounds. They are imported once
//! and kept in the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use rust_xlsxwriter::Workbook;

pub(crate) const YEARS: std::ops::Range<u32> = 2010..2023;
const BRANCHES: u32 = 200;
const HEADINGS: [&str; 9] = [
    "TT",
    "Chi bộ",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số định danh",
    "Chức vụ",
    "Điểm",
    "Xếp loại",
];
const LEVELS: [&str; 20] = [
    "HTXSNV", "HTXSNV", "HTXSNV", "HTTNV", "HTTNV", "HTTNV", "HTTNV", "HTTNV", "HTTNV", "HTTNV",
    "HTTNV", "HTTNV", "HTTNV", "HTTNV", "HTTNV", "HTTNV", "HTTNV", "HTNV", "KHTNV", "",
];

/// The database of a hub with so many members.
pub(crate) fn hub(members: u32) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let database = folder.join(format!("hub-{members}.db"));
    if database.exists() {
        return database;
    }
    let making = folder.join(format!("hub-{members}.part.db"));
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", making.display()));
    }
    fill(members, &making.display().to_string());
    std::fs::rename(&making, &database).unwrap();
    database
}

/// Makes a hub with so many members of an empty database.
pub(crate) fn fill(members: u32, database: &str) {
    let workbooks = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("workbooks-{members}"));
    write_all(&workbooks, members);
    import(&workbooks, database);
    std::fs::remove_dir_all(&workbooks).unwrap();
}

fn import(workbooks: &Path, database: &str) {
    let import = Command::new(env!("CARGO_BIN_EXE_evalhub"))
        .arg("import")
        .arg(workbooks)
        .args(["--database", database])
        .output()
        .unwrap();
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
}

fn write_all(workbooks: &Path, members: u32) {
    std::fs::create_dir_all(workbooks).unwrap();
    for year in YEARS {
        write(&workbooks.join(format!("ds_{year}.xlsx")), year, members);
    }
}

fn write(path: &Path, year: u32, members: u32) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "ĐẢNG BỘ TỈNH MINH KHÊ").unwrap();
    sheet.write(2, 0, format!("DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM {year}")).unwrap();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(4, column, heading).unwrap();
    }
    for number in 0..members {
        let row = number + 5;
        let level = LEVELS[usize::try_from((number * 7 + year * 3) % 20).unwrap()];
        let position = if number % 50 == 0 { "Bí thư" } else { "Đảng viên" };
        let (day, month) = (number % 28 + 1, number % 12 + 1);
        sheet.write(row, 0, number + 1).unwrap();
        sheet.write(row, 1, format!("Chi bộ {}", number % BRANCHES + 1)).unwrap();
        sheet.write(row, 2, format!("Nguyễn Thị Số {number}")).unwrap();
        sheet.write(row, 3, format!("{day:02}/{month:02}/{}", 1950 + number % 50)).unwrap();
        sheet.write(row, 4, if number % 2 == 0 { "Nam" } else { "Nữ" }).unwrap();
        sheet.write(row, 5, format!("{number:012}")).unwrap();
        sheet.write(row, 6, position).unwrap();
        sheet.write(row, 7, 50 + (number + year) % 50).unwrap();
        sheet.write(row, 8, level).unwrap();
    }
    workbook.save(path).unwrap();
}

/// The numbers of the branches that have a branch above them.
pub(crate) fn branches(database: &str) -> Vec<i64> {
    let query = "{ branches(where: { kind: { eq: BRANCH } }, first: 1000) { nodes { id } } }";
    let output = Command::new(env!("CARGO_BIN_EXE_evalhub"))
        .args(["query", query, "--database", database])
        .output()
        .unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let nodes = answer["data"]["branches"]["nodes"].as_array().unwrap();
    let number = |node: &serde_json::Value| {
        node["id"].as_str().unwrap().trim_start_matches("Branch:").parse().unwrap()
    };
    nodes.iter().map(number).collect()
}
