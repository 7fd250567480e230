//! The languages of workbooks: those that every workbook may use, and those that one is in as a whole.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use toml::Table;
use whatlang::Lang;

use super::words::{PhraseSet, Words};
use super::{Field, Vocabulary, schemes_file, unmarked};
use crate::record::{Measure, NotRatedReason, Stage};

/// The languages that every workbook may use, and those that a workbook is in as a whole.
const EVERYWHERE: [&str; 2] =
    [include_str!("../../vocabulary/en.toml"), include_str!("../../vocabulary/vi.toml")];
/// By their trigrams Malay is Indonesian; its own words tell it.
const ALONE: [(Lang, &str); 30] = [
    (Lang::Ara, include_str!("../../vocabulary/ar.toml")),
    (Lang::Bul, include_str!("../../vocabulary/bg.toml")),
    (Lang::Ces, include_str!("../../vocabulary/cs.toml")),
    (Lang::Dan, include_str!("../../vocabulary/da.toml")),
    (Lang::Deu, include_str!("../../vocabulary/de.toml")),
    (Lang::Ell, include_str!("../../vocabulary/el.toml")),
    (Lang::Spa, include_str!("../../vocabulary/es.toml")),
    (Lang::Fin, include_str!("../../vocabulary/fi.toml")),
    (Lang::Fra, include_str!("../../vocabulary/fr.toml")),
    (Lang::Hrv, include_str!("../../vocabulary/hr.toml")),
    (Lang::Hun, include_str!("../../vocabulary/hu.toml")),
    (Lang::Ind, include_str!("../../vocabulary/id.toml")),
    (Lang::Ita, include_str!("../../vocabulary/it.toml")),
    (Lang::Jpn, include_str!("../../vocabulary/ja.toml")),
    (Lang::Kor, include_str!("../../vocabulary/ko.toml")),
    (Lang::Lit, include_str!("../../vocabulary/lt.toml")),
    (Lang::Ind, include_str!("../../vocabulary/ms.toml")),
    (Lang::Nld, include_str!("../../vocabulary/nl.toml")),
    (Lang::Nob, include_str!("../../vocabulary/no.toml")),
    (Lang::Pol, include_str!("../../vocabulary/pl.toml")),
    (Lang::Por, include_str!("../../vocabulary/pt.toml")),
    (Lang::Ron, include_str!("../../vocabulary/ro.toml")),
    (Lang::Rus, include_str!("../../vocabulary/ru.toml")),
    (Lang::Slk, include_str!("../../vocabulary/sk.toml")),
    (Lang::Slv, include_str!("../../vocabulary/sl.toml")),
    (Lang::Swe, include_str!("../../vocabulary/sv.toml")),
    (Lang::Tha, include_str!("../../vocabulary/th.toml")),
    (Lang::Tur, include_str!("../../vocabulary/tr.toml")),
    (Lang::Ukr, include_str!("../../vocabulary/uk.toml")),
    (Lang::Cmn, include_str!("../../vocabulary/zh.toml")),
];

/// A language that a workbook is in as a whole, compiled where one is.
#[derive(Debug)]
pub(super) struct Other {
    text: &'static str,
    lang: Lang,
    /// The words by which it is known.
    marks: OnceLock<PhraseSet>,
    compiled: OnceLock<Vocabulary>,
    /// The same with the words of another one, each at its place.
    together: Vec<OnceLock<Box<Vocabulary>>>,
    place: usize,
}

impl Other {
    fn of((place, (lang, text)): (usize, (Lang, &'static str))) -> Self {
        let together = ALONE.iter().map(|_| OnceLock::new()).collect();
        Self { text, lang, marks: OnceLock::new(), compiled: OnceLock::new(), together, place }
    }

    /// The words by which it is known: headings, those who rate, and what is good or bad.
    pub(super) fn marks(&self) -> &PhraseSet {
        self.marks.get_or_init(|| {
            let alone = as_written(self.text);
            let headings = alone.fields.into_values().chain(alone.measures.into_values());
            let marks = headings.chain(alone.stages.into_values()).flatten();
            PhraseSet::from(marks.chain(alone.polarity.into_keys()).collect::<Vec<_>>())
        })
    }

    /// Whether trigrams that tell a language may be of this one: few texts in Chinese letters may be
    /// Japanese.
    pub(super) fn is_told_by(&self, lang: Lang) -> bool {
        self.lang == lang || lang == Lang::Cmn && self.lang == Lang::Jpn
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        self.compiled.get_or_init(|| compiled(&[self.text]))
    }

    /// The words of both languages; where both know a text the first one decides.
    pub(super) fn beside(&self, second: &Self) -> &Vocabulary {
        self.together[second.place].get_or_init(|| Box::new(compiled(&[second.text, self.text])))
    }
}

/// The language that texts are in by their trigrams, beyond doubt. Names, which may be of any, are left out.
pub(super) fn spoken(texts: &[&str]) -> Option<Lang> {
    let is_name = |text: &str| {
        let mut words = text.split_whitespace();
        text.contains(' ') && words.all(|word| word.starts_with(|c: char| !c.is_lowercase()))
    };
    let has_case = |text: &str| text.contains(|c: char| c.is_lowercase() || c.is_uppercase());
    let says = texts.iter().copied().filter(|text| !is_name(text) || !has_case(text));
    let says = says.collect::<Vec<_>>().join("\n");
    whatlang::detect(&says).filter(whatlang::Info::is_reliable).map(|info| info.lang())
}

/// The words that every workbook may use and those of some languages, of which the last one decides.
fn compiled(languages: &[&str]) -> Vocabulary {
    let mut joined = common();
    for text in languages {
        joined.join(language(text));
    }
    Vocabulary::compile(schemes_file(), joined)
}

#[expect(clippy::expect_used, reason = "the files are part of the crate and a test parses them")]
fn language(text: &str) -> Language {
    let mut lists: Table = toml::from_str(text).expect("a vocabulary is valid");
    unmarked::add(&mut lists);
    lists.try_into().expect("a vocabulary has known lists")
}

/// The words of a language as they stand: in Vietnamese "ma" without its mark is another word, and a language is
/// told by fewer.
#[expect(clippy::expect_used, reason = "the files are part of the crate and a test parses them")]
fn as_written(text: &str) -> Language {
    toml::from_str(text).expect("a vocabulary is valid")
}

/// The other languages.
pub(super) fn others() -> Vec<Other> {
    ALONE.into_iter().enumerate().map(Other::of).collect()
}

/// The words that every workbook may use.
pub(super) fn common() -> Language {
    let mut joined = Language::default();
    for text in EVERYWHERE {
        joined.join(as_written(text));
    }
    joined
}

/// One language: `vocabulary/LANGUAGE.toml`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Language {
    #[serde(flatten)]
    pub(super) words: Words,
    pub(super) abbreviations: BTreeMap<String, String>,
    pub(super) reasons: BTreeMap<NotRatedReason, Vec<String>>,
    pub(super) measures: BTreeMap<Measure, Vec<String>>,
    pub(super) stages: BTreeMap<Stage, Vec<String>>,
    pub(super) indicators: BTreeMap<String, Vec<String>>,
    pub(super) fields: BTreeMap<Field, Vec<String>>,
    pub(super) polarity: BTreeMap<String, u8>,
}

impl Language {
    /// Adds the phrases of another language, which decide where both know a text.
    fn join(&mut self, other: Self) {
        fn all<K: Ord>(into: &mut BTreeMap<K, Vec<String>>, from: BTreeMap<K, Vec<String>>) {
            for (key, phrases) in from {
                for (_, known) in into.iter_mut().filter(|(other, _)| **other != key) {
                    known.retain(|phrase| !phrases.iter().any(|of| is_same(of, phrase)));
                }
                into.entry(key).or_default().extend(phrases);
            }
        }
        fn is_same(left: &str, right: &str) -> bool {
            left.trim_start_matches('=') == right.trim_start_matches('=')
        }
        self.words.join(other.words);
        self.abbreviations.extend(other.abbreviations);
        self.polarity.extend(other.polarity);
        all(&mut self.reasons, other.reasons);
        all(&mut self.measures, other.measures);
        all(&mut self.stages, other.stages);
        all(&mut self.indicators, other.indicators);
        all(&mut self.fields, other.fields);
    }
}

#[cfg(test)]
mod tests {
    use super::Field;
    use crate::vocabulary::Vocabulary;

    #[test]
    fn each_language_is_known_by_its_texts() {
        let vocabulary = Vocabulary::bundled();
        let known = [
            (["Nachname", "Vorname", "Gesamtnote"], "sehr gut", "mangelhaft"),
            (["Apellidos", "Nombre", "Calificación"], "sobresaliente", "insuficiente"),
            (["Nom", "Prénom", "Appréciation"], "très satisfaisant", "insuffisant"),
            (["Nama Guru", "NIP", "Sebutan"], "amat baik", "kurang"),
            (["Cognome", "Nome", "Giudizio"], "ottimo", "insufficiente"),
            (["Achternaam", "Voornaam", "Beoordeling"], "uitstekend", "onvoldoende"),
            (["Nazwisko", "Imię", "Ocena"], "wyróżniająca", "słaba"),
            (["Colaborador", "Nome completo", "Menção"], "muito bom", "insuficiente"),
            (["Adı Soyadı", "BİRİMİ", "Değerlendirme Sonucu"], "ÇOK İYİ", "yetersiz"),
            (["Фамилия", "Имя", "Итоговая оценка"], "отлично", "неудовлетворительно"),
            (["Efternamn", "Förnamn", "Bedömning"], "mycket bra", "otillräcklig"),
            (["Příjmení", "Jméno", "Hodnocení"], "výborný", "nedostatečný"),
            (["Vezetéknév", "Keresztnév", "Minősítés"], "kiváló", "elégtelen"),
            (["Επώνυμο", "ΟΝΟΜΑ", "Αξιολόγηση"], "ΑΡΙΣΤΑ", "ανεπαρκής"),
            (["Numele", "Prenumele", "Calificativ"], "foarte bine", "nesatisfăcător"),
            (["社員番号", "氏名", "最終評価"], "優", "不可"),
            (["工号", "姓名", "考核等次"], "优秀", "不合格"),
            (["직원번호", "성명", "평가등급"], "탁월", "미흡"),
            (["الرقم الوظيفي", "اسم الموظف", "التقدير"], "ممتاز", "ضعيف"),
            (["ชื่อ-สกุล", "ตำแหน่ง", "ผลการประเมิน"], "ดีเด่น", "ต้องปรับปรุง"),
            (["Nama Pegawai", "Jawatan", "Tahap Pencapaian"], "cemerlang", "lemah"),
            (["Priimek", "Ime", "Ocena"], "odlično", "nezadostno"),
            (["Pavardė", "Vardas", "Įvertinimas"], "labai gerai", "nepatenkinamai"),
            (["Име и фамилия", "Длъжност", "Оценка"], "отличен", "незадоволителна"),
        ];
        for (headings, best, worst) in known {
            let of = vocabulary.of_language(headings.iter().copied().chain([best, worst]));
            let fields: Vec<_> = headings.iter().map(|text| of.field(text)).collect();
            assert!(fields.iter().all(Option::is_some), "{headings:?}: {fields:?}");
            assert!(matches!(of.field(headings[2]), Some((Field::Rating, _))), "{headings:?}");
            assert!(of.polarity(best) > Some(60), "{best}");
            assert!(of.polarity(worst).is_some_and(|how| how < 40), "{worst}");
        }
    }

    #[test]
    fn headings_in_two_languages_are_known_by_either() {
        let vocabulary = Vocabulary::bundled();
        let headings = [
            "Nom / Achternaam",
            "Prénom\nVoornaam",
            "Date de naissance / Geboortedatum",
            "Appréciation / Beoordeling",
        ];
        let of = vocabulary.of_language(headings.into_iter().chain(["Très bon / Zeer goed"]));
        let fields = headings.map(|text| of.field(text).map(|(field, _)| field));
        let wanted = [Field::FamilyName, Field::GivenName, Field::BirthDate, Field::Rating];
        assert_eq!(fields, wanted.map(Some));
    }

    #[test]
    fn a_workbook_in_a_script_without_blanks_is_read() {
        let reading = crate::reading::of_page(
            "株式会社三日月工作所\n令和5年度 人事考課一覧表\n\n\
             部署|社員番号|氏名|性別|生年月日|役職|最終評価\n\
             製造部 第一課|00838|片桐 沙織|女|昭和50年10月2日|一般|優秀\n\
             製造部 第一課|00647|北見 千尋|女|平成2年12月24日|課長|標準\n\
             営業部|00378|三枝 拓真|男|1986/5/5|課長|標準\n営業部|00889|三枝 直樹|男|S44.3.31|主任|不可",
        );
        let people: Vec<String> = reading
            .records
            .iter()
            .filter_map(|record| match &record.statement {
                crate::Statement::Member(person) => Some(format!(
                    "{} {} {} {}",
                    record.campaign.code,
                    record.place.last()?,
                    person.name.value,
                    person.birth_date.as_ref()?.value,
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            people,
            [
                "2023 製造部 第一課 片桐 沙織 1975-10-02",
                "2023 製造部 第一課 北見 千尋 1990-12-24",
                "2023 営業部 三枝 拓真 1986-05-05",
                "2023 営業部 三枝 直樹 1969-03-31",
            ]
        );
        assert_eq!(reading.schemes.len(), 1);
    }

    #[test]
    fn a_language_is_told_by_its_trigrams_where_few_of_its_words_are_known() {
        let vocabulary = Vocabulary::bundled();
        let texts = [
            "Fédération départementale des MJC du Val-de-Brenne",
            "Appréciation annuelle des associations adhérentes",
            "N° adh.",
            "Auto-évaluation",
            "Avis de la commission",
            "Nouvelle direction depuis septembre",
        ];
        let of = vocabulary.of_language(texts.into_iter());
        assert_eq!(of.stage("Avis de la commission"), Some(crate::record::Stage::Committee));
        assert!(of.words.by.is("par"));
        let texts = [
            "Hive inspections: findings for keepers",
            "Not inspected (why)",
            "Golden comb",
            "x marks the finding",
            "Total of keepers",
        ];
        let of = vocabulary.of_language(texts.into_iter());
        assert!(std::ptr::eq(of, &raw const vocabulary));
    }
}
