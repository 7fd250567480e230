//! What each code means and what to do, in Vietnamese.

use super::Code;

impl Code {
    /// The meaning and the advice in Vietnamese; an advice may be empty.
    #[expect(clippy::too_many_lines, reason = "a sentence or two for each code, and nothing else")]
    pub fn in_vietnamese(self) -> (&'static str, &'static str) {
        match self {
            Self::FileUnreadable => (
                "không có tệp này, không được phép đọc, hoặc đây không phải là tệp",
                "kiểm tra tệp có đó và đọc được, rồi nhập lại",
            ),
            Self::NotAWorkbook => (
                "tệp này không phải là bảng tính đọc được, dù tên tệp có đuôi gì",
                "mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx",
            ),
            Self::PasswordProtected => (
                "bảng tính có mật khẩu",
                "mở bằng mật khẩu trong Excel rồi lưu một bản không có mật khẩu",
            ),
            Self::DamagedWorkbook => (
                "tệp bị hỏng hoặc bị cắt cụt",
                "mở trong Excel để sửa tệp rồi lưu thành .xlsx, hoặc xin lại tệp gốc",
            ),
            Self::TooMuchMemory => (
                "tệp đòi nhiều bộ nhớ hơn nội dung của nó cần",
                "mở trong Excel, xóa phần nằm ngoài bảng rồi lưu thành .xlsx",
            ),
            Self::TooMuchTime => (
                "đọc tệp quá lâu nên đã dừng lại",
                "mở trong Excel, xóa phần nằm ngoài bảng rồi lưu thành .xlsx",
            ),
            Self::NoTable => (
                "không tìm thấy bảng đánh giá, xếp loại nào",
                "chạy `evalhub inspect` để xem đã đọc được gì",
            ),
            Self::SheetUnreadable => {
                ("không đọc được trang tính này", "lưu lại bảng tính trong Excel")
            }
            Self::SheetTooLarge => {
                ("trang tính có quá nhiều ô", "xóa phần nằm ngoài bảng rồi lưu lại")
            }
            Self::CellUnreadable => {
                ("có ô không đọc được; các ô khác vẫn được đọc", "tìm ô báo lỗi trong Excel")
            }
            Self::TableNotUnderstood => (
                "bảng có tên người hoặc tổ chức nhưng không hiểu được nội dung nên bỏ qua",
                "nói các cột là gì trong hồ sơ mẫu, hoặc ẩn trang tính nếu không cần",
            ),
            Self::FormulasWithoutValues => (
                "bảng tính không lưu giá trị của công thức nào",
                "mở bằng Excel hoặc LibreOffice để tính các công thức rồi lưu lại",
            ),
            Self::SheetSkipped => {
                ("trang tính bị ẩn, trống hoặc không có bảng nên được bỏ qua", "")
            }
            Self::TextRepaired => (
                "chữ theo bảng mã cũ đã được chuyển sang Unicode, hoặc ký tự không hợp lệ đã bị bỏ",
                "",
            ),
            Self::ColumnIgnored => ("cột không cần đến hoặc không hiểu được nên bỏ qua", ""),
            Self::Question => (
                "cột có thể hiểu theo nhiều nghĩa nên bỏ qua",
                "sửa tiêu đề cột cho rõ, ghi chủ thể xếp loại hoặc năm",
            ),
            Self::AssumedLevels => (
                "A, B, C, D được hiểu là các mức từ cao xuống thấp vì không có chú thích",
                "ghi chú thích các mức dưới bảng",
            ),
            Self::NoCampaign => (
                "không thấy năm hoặc quý đánh giá ở tiêu đề hay tên trang tính",
                "ghi bằng --campaign, ví dụ --campaign 2019",
            ),
            Self::CommitteeFromFileName => (
                "không thấy tên cơ quan ban hành; dùng tên tệp thay thế",
                "ghi bằng --committee TÊN",
            ),
            Self::ProfileMismatch => (
                "trang tính không giống như hồ sơ mẫu (profile) mô tả",
                "sửa profile: ghi đúng chữ của tiêu đề, hoặc `column C`",
            ),
            Self::UnknownScale => (
                "mức xếp loại không thuộc thang nào của đối tượng và năm này",
                "kiểm tra đối tượng và năm ở tiêu đề, và chữ ở tiêu đề cột",
            ),
            Self::SchemeMade => ("đã lập một thang xếp loại riêng cho các mức này", ""),
            Self::DoubtfulOrder => (
                "không rõ mức nào cao hơn trong thang xếp loại riêng của bảng này",
                "ghi chú thích các mức, tốt nhất trước",
            ),
            Self::UnknownRating => {
                ("chữ này không phải là một mức xếp loại", "ghi một trong các mức")
            }
            Self::TwoRatings => ("đánh dấu nhiều hơn một mức", "xóa dấu sai"),
            Self::NotATick => ("ô đánh dấu có chữ khác", "đánh x vào một mức của mỗi chủ thể"),
            Self::ImpossibleDate => (
                "ngày không có thật hoặc sau đợt đánh giá",
                "sửa ô, hoặc để trống nếu không biết ngày",
            ),
            Self::SwappedDates => (
                "ngày và tháng trong cột bị chương trình đảo chỗ; đã đổi lại",
                "đối chiếu vài ngày với hồ sơ đảng viên",
            ),
            Self::ImplausibleDate => (
                "theo các ngày đã ghi thì người này quá trẻ, quá già hoặc chưa sinh",
                "đối chiếu ngày sinh, ngày vào với hồ sơ",
            ),
            Self::OfficialBeforeAdmission => {
                ("ngày chính thức trước ngày kết nạp", "đối chiếu cả hai ngày với hồ sơ đảng viên")
            }
            Self::CellError => (
                "công thức trong ô báo lỗi, trong khi cần một giá trị",
                "sửa công thức, hoặc ghi giá trị vào ô",
            ),
            Self::DoubtfulNumber => (
                "số bị mất chữ số, hoặc trùng với số của người khác",
                "ghi lại số đầy đủ ở dạng văn bản theo hồ sơ",
            ),
            Self::LostLetters => (
                "chữ trong ô đã mất dấu khi lưu, thay bằng dấu hỏi",
                "ghi lại cho đúng chữ trong ô",
            ),
            Self::Withheld => ("số liệu không công bố, chỉ ghi giới hạn", ""),
            Self::NotANumber => ("ô số liệu không phải là số", "ghi số liệu bằng chữ số"),
            Self::UnregisteredBranch => (
                "tên này không có trong danh mục đơn vị đã nhập",
                "sửa tên cho đúng, hoặc thêm vào danh mục rồi nhập lại danh mục",
            ),
            Self::UnknownKind => (
                "loại hình trong danh mục không phải là loại đã biết",
                "ghi COMMITTEE, BRANCH, MASS_ORGANIZATION hoặc UNIT",
            ),
            Self::MissingBranch => {
                ("dòng không thuộc chi bộ nào có tên", "ghi chi bộ của dòng này")
            }
            Self::UnreadableRow => (
                "dòng không phải là dữ liệu, tiêu đề, tổng cộng hay ghi chú hiểu được",
                "ghi tên, hoặc xóa dòng",
            ),
            Self::UnexplainedCell => (
                "ô nằm ở chỗ của dữ liệu mà không đọc được gì",
                "xem lại ô này, hoặc nói cột đó là gì trong hồ sơ mẫu",
            ),
            Self::RowIgnored => ("dòng so sánh hoặc chi tiết của dòng khác nên bỏ qua", ""),
            Self::RivalFigures => (
                "một đơn vị có hai số liệu khác nhau trong cùng một kỳ",
                "giữ số liệu đúng, hoặc phân biệt hai đơn vị bằng mã hay cấp trên",
            ),
            Self::SumMismatch => (
                "cộng các số không bằng tổng đã ghi",
                "vẫn giữ như đã ghi; tìm số sai trong dòng hoặc nhóm này",
            ),
            Self::TotalCountsMore => ("tổng đếm nhiều hơn các dòng, như ghi chú của biểu nói", ""),
            Self::PercentMismatch => {
                ("tỷ lệ không khớp với số lượng", "vẫn giữ như đã ghi; so hai ô với nhau")
            }
            Self::SuspectCount => (
                "số lượng trái với tỷ lệ và với tổng; một số khác khớp cả hai",
                "vẫn giữ như đã ghi; đối chiếu với báo cáo đã ký",
            ),
            Self::RollMismatch => {
                ("số dòng của danh sách khác với tổng đã ghi", "tìm dòng thiếu, thừa hoặc trùng")
            }
            Self::RatingContradictsScore => (
                "theo thang điểm của biểu, số điểm ứng với mức khác",
                "sửa điểm hoặc mức, hoặc giữ cả hai nếu có lý do",
            ),
            Self::DuplicateRow => {
                ("một người có tên hai lần", "xóa một dòng, hoặc sửa dòng là người khác")
            }
            Self::ExemplaryWithoutTop => (
                "được công nhận tiêu biểu nhưng không ở mức cao nhất",
                "danh hiệu chọn từ mức cao nhất; kiểm tra cả hai ô",
            ),
            Self::QuotaExceeded => (
                "mức cao nhất vượt tỷ lệ cho phép",
                "vẫn giữ như đã ghi; ngoại lệ cần có văn bản riêng",
            ),
        }
    }
}
