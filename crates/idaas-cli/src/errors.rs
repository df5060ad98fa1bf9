//! `idaas errors`: the catalogue for people.

use std::fmt::Write as _;
use std::io::Write as _;

use idaas_proto::{ErrorCode, ErrorInfo, OperationId};

use crate::Done;
use crate::args::ErrorsArgs;
use crate::page::Page;
use crate::paint::{DIM, NAME, STRONG};

/// Prints the whole catalogue or one code of it.
pub(crate) fn run(args: &ErrorsArgs) -> Done {
    let page = Page::of_stdout();
    let text = match &args.code {
        None => catalogue(page),
        Some(code) => match find(code) {
            Some(info) => one(info, page),
            None => return Err(unknown(code).into()),
        },
    };
    let mut stdout = anstream::stdout();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// What the longest code takes, and the space after it.
fn code_column() -> usize {
    let longest = ErrorInfo::all().iter().map(|info| info.code.as_str().len());
    longest.max().unwrap_or_default() + 2
}

/// The column of the labels of one code.
const LABEL: usize = 11;

fn catalogue(page: Page) -> String {
    let column = code_column();
    let indent = column + 6;
    let mut text = format!("{STRONG}{:column$}HTTP  message{STRONG:#}\n", "code");
    for info in ErrorInfo::all() {
        let _ = writeln!(
            text,
            "{NAME}{:column$}{NAME:#}{:<6}{}",
            info.code.as_str(),
            info.status,
            page.wrap(info.en, indent),
        );
        let _ = writeln!(
            text,
            "{:indent$}{DIM}{}{DIM:#}",
            "",
            page.wrap(info.zh, indent)
        );
    }
    if page.is_terminal() {
        let _ = writeln!(
            text,
            "\n{DIM}`idaas errors CODE` says what causes it and what to do.{DIM:#}"
        );
    }
    text
}

fn one(info: &ErrorInfo, page: Page) -> String {
    let mut text = format!(
        "{STRONG}{}{STRONG:#}  HTTP {}\n\n",
        info.code.as_str(),
        info.status
    );
    let mut row = |label: &str, content: &str| {
        let _ = writeln!(text, "  {DIM}{label:LABEL$}{DIM:#}{content}");
    };
    row("message", &page.wrap(info.en, LABEL + 2));
    row("", &page.wrap(info.zh, LABEL + 2));
    row("cause", &page.wrap(info.cause, LABEL + 2));
    row("remedy", &page.wrap(info.remedy, LABEL + 2));
    let operations = answering(info);
    let longest = operations.iter().map(|operation| operation.name().len());
    let column = longest.max().unwrap_or_default() + 2;
    for (at, operation) in operations.into_iter().enumerate() {
        row(
            if at == 0 { "listed by" } else { "" },
            &format!(
                "{NAME}{:column$}{NAME:#}{:<5}{}",
                operation.name(),
                operation.method(),
                operation.path()
            ),
        );
    }
    text
}

/// The operations whose pages list the code.
fn answering(info: &ErrorInfo) -> Vec<OperationId> {
    OperationId::ALL
        .iter()
        .copied()
        .filter(|operation| operation.codes().contains(&info.code))
        .collect()
}

fn find(code: &str) -> Option<&'static ErrorInfo> {
    ErrorCode::new(code.trim().to_ascii_uppercase()).info()
}

/// Says that a code is not in the catalogue, and which are closest.
fn unknown(code: &str) -> String {
    let shown = code.escape_debug();
    let wanted = code.trim().to_ascii_uppercase();
    let similar: Vec<&str> = ErrorInfo::all()
        .iter()
        .map(|info| info.code.as_str())
        .filter(|known| !wanted.is_empty() && known.contains(&wanted))
        .collect();
    match similar.len() {
        0 => format!("`{shown}` is not in the catalogue; `idaas errors` lists every code"),
        1..=MOST_SIMILAR => format!(
            "`{shown}` is no whole code; did you mean {}?",
            similar.join(", ")
        ),
        many => format!("`{shown}` is part of {many} codes; `idaas errors` lists every code"),
    }
}

/// More suggestions than these are none.
const MOST_SIMILAR: usize = 4;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use crate::page::columns;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn the_catalogue_has_every_code_with_both_messages() {
        let text = plain(&catalogue(Page::of(None)));
        for info in ErrorInfo::all() {
            let line = format!("{:24}{:<6}{}", info.code.as_str(), info.status, info.en);
            assert!(text.contains(&line), "{line} is in\n{text}");
            assert!(text.contains(info.zh), "{} is in\n{text}", info.zh);
        }
        assert_eq!(text.lines().count(), 1 + 2 * ErrorInfo::all().len());
    }

    #[test]
    fn everything_fits_eighty_columns() {
        let page = Page::of(Some(80));
        let pages = ErrorInfo::all().iter().map(|info| one(info, page));
        for text in pages.chain([catalogue(page)]) {
            for line in plain(&text).lines() {
                assert!(columns(line) <= 80, "{line}");
            }
        }
    }

    #[test]
    fn a_code_is_found_in_every_form() {
        for form in [
            "IDAAS.SDK.CAPTCHA.0007",
            "CAPTCHA.0007",
            "captcha.0007",
            " idaas.sdk.captcha.0007 ",
        ] {
            let info = find(form).unwrap();
            assert_eq!(info.code, ErrorCode::VERIFY_CODE_INCORRECT, "{form}");
        }
    }

    #[test]
    fn one_code_tells_what_to_do_and_who_answers_it() {
        let info = ErrorCode::VERIFY_CODE_INCORRECT.info().unwrap();
        let text = plain(&one(info, Page::of(None)));
        for part in [
            "IDAAS.SDK.CAPTCHA.0007",
            "HTTP 400",
            info.en,
            info.zh,
            info.cause,
            info.remedy,
            "POST /api/v2/sdk/login/mobile-verify-code",
        ] {
            assert!(text.contains(part), "{part} is in\n{text}");
        }
        assert!(!text.contains("sms/send"), "the send page does not list it");
    }

    #[test]
    fn a_part_of_a_code_names_the_whole_ones() {
        assert!(unknown("0039").contains("did you mean IDAAS.SDK.USER.0039?"));
        assert!(unknown("captcha").contains("part of 6 codes"));
        assert!(unknown("E42").contains("not in the catalogue"));
        assert!(!unknown("\u{1b}[31m").contains('\u{1b}'));
    }
}
