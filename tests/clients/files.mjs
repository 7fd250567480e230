// Workbooks as applications send them: a list of members for each year, in SpreadsheetML 2003, which
// needs no library.
export function workbook(year, names) {
  const cell = (text) => `<Cell><Data ss:Type="String">${text}</Data></Cell>`;
  const row = (cells) => `<Row>${cells.map(cell).join("")}</Row>`;
  const members = names.map((name, place) => [String(place + 1), name, "Chi bộ 1", "HTTNV"]);
  const rows = [
    ["ĐẢNG ỦY XÃ TÂN LẠC"],
    [],
    [`DANH SÁCH XẾP LOẠI ĐẢNG VIÊN NĂM ${year}`],
    ["TT", "Họ và tên", "Chi bộ", "Xếp loại"],
    ...members,
  ];
  const xml = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
    <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
      xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="DS"><Table>
      ${rows.map(row).join("\n")}</Table></Worksheet></Workbook>`;
  return new File([xml], `ds_${year}.xls`, { type: "application/vnd.ms-excel" });
}
