use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{CRATE, Files, SOURCE, generate, work};

/// The document that these tests were built beside; the one on disk may be half written by now.
const DOCUMENT: &str = include_str!("../../../crates/idaas-proto/openapi.yaml");

/// The document with one edit, which must apply.
fn edited(from: &str, to: &str) -> String {
    assert_eq!(
        DOCUMENT.matches(from).count(),
        1,
        "the edit must apply once: {from}"
    );
    DOCUMENT.replace(from, to)
}

fn text<'f>(files: &'f Files, path: &str) -> &'f str {
    files.get(Path::new(path)).expect("the file is generated")
}

/// A copy of the crate's document and generated files in a folder of its own.
struct Copy(PathBuf);

impl Copy {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "idaas-codegen-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let root = std::env::temp_dir().join(name);
        let copy = Self(root);
        copy.write(SOURCE, DOCUMENT);
        work(&copy.0, false).expect("the document is valid");
        copy
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(CRATE).join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn check(&self) -> Result<(), String> {
        work(&self.0, true).map_err(|error| error.to_string())
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Left over in the temporary folder at worst.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_new_code_appears_in_rust_and_in_the_reference() {
    let files = generate(&edited(
        "  - code: IDAAS.SDK.COM.0002\n",
        "  - code: IDAAS.SDK.COM.0009\n    name: TENANT_ASLEEP\n    status: 503\n    en: The tenant is asleep\n    \
         zh: 租户休眠\n    cause: Nobody was here for long.\n    remedy: Wake it.\n    x-idaas-source: default\n  \
         - code: IDAAS.SDK.COM.0002\n",
    ))
    .expect("the document is valid");
    let rust = text(&files, "src/generated/error_codes.rs");
    assert!(rust.contains("pub const TENANT_ASLEEP: Self = Self::known(\"IDAAS.SDK.COM.0009\");"));
    assert!(rust.contains("zh: \"租户休眠\""));
    let reference = text(&files, "REFERENCE.md");
    assert!(reference.contains("`IDAAS.SDK.COM.0009`<br>`ErrorCode::TENANT_ASLEEP`"));
    assert!(reference.contains("Nobody was here for long. | Wake it."));
}

#[test]
fn a_new_optional_field_appears_in_rust_and_in_the_reference() {
    let files = generate(&edited(
        "                verify_code:\n",
        "                remember:\n                  type: boolean\n                  description: Whether to stay.\n                  \
         x-idaas-missing: IDAAS.SDK.PARAM.0009\n                verify_code:\n",
    ))
    .expect("the document is valid");
    let rust = text(&files, "src/generated/login_with_sms_code.rs");
    assert!(rust.contains("pub remember: Option<bool>"));
    assert!(rust.contains("pub fn with_remember(mut self, remember: bool) -> Self"));
    assert!(
        text(&files, "REFERENCE.md")
            .contains("| `remember` | boolean | optional | Whether to stay. |")
    );

    let files = generate(&edited(
        "        expire:\n          type: integer\n          minimum: 0\n          description: Validity of the session_token, in seconds.\n        status:\n",
        "        nickname:\n          type: string\n          description: What friends say.\n        status:\n",
    ))
    .expect("the document is valid");
    let rust = text(&files, "src/generated/login_with_sms_code.rs");
    assert!(rust.contains("pub nickname: Option<alloc::string::String>"));
    assert!(!rust.contains("pub expire:"));
}

#[test]
fn a_new_operation_needs_no_other_edit() {
    let files = generate(&edited(
        "  /api/v2/sdk/country-codes:\n",
        "  /api/v2/sdk/logout:\n    post:\n      operationId: logout\n      summary: Ends a session.\n      \
         x-idaas-source: vendor\n      parameters:\n        - name: session-token\n          in: header\n          \
         required: true\n          description: The session.\n          schema:\n            \
         $ref: '#/components/schemas/SessionToken'\n          x-idaas-missing: IDAAS.SDK.PARAM.0023\n      \
         responses:\n        '200':\n          description: Ended.\n          x-idaas-empty-body: true\n      \
         x-idaas-errors: [IDAAS.SDK.PARAM.0023]\n  /api/v2/sdk/country-codes:\n",
    ))
    .expect("the document is valid");
    assert!(text(&files, "src/generated.rs").contains("pub use logout::Logout;"));
    assert!(text(&files, "src/generated/logout.rs").contains("impl Operation for Logout"));
    assert!(text(&files, "REFERENCE.md").contains("## logout"));
}

#[test]
fn an_inconsistent_document_is_refused_with_its_place() {
    for (from, to, says) in [
        (
            "  - code: IDAAS.SDK.PARAM.0014\n",
            "  - code: IDAAS.SDK.PARAM.0016\n",
            "the catalogue has a code twice",
        ),
        (
            "        - IDAAS.SDK.USER.0039\n",
            "        - IDAAS.SDK.USER.9999\n",
            "operation login_with_sms_code: the code IDAAS.SDK.USER.9999 is not in the catalogue",
        ),
        (
            "      required: [keys]\n",
            "      required: [keyz]\n",
            "schema SigningKeys: it requires keyz, which it does not have",
        ),
        (
            "                $ref: '#/components/schemas/SigningKeys'",
            "                $ref: '#/components/schemas/Nothing'",
            "operation get_signing_keys: there is no schema Nothing",
        ),
    ] {
        let error = generate(&edited(from, to)).expect_err(says).to_string();
        assert!(error.ends_with(says), "{error}");
    }
}

#[test]
fn check_accepts_what_codegen_wrote() {
    Copy::new().check().expect("nothing has drifted");
}

#[test]
fn check_names_what_drifted_and_the_command_that_mends_it() {
    let copy = Copy::new();
    let drifts = [
        ("src/generated/login_status.rs", "edited by hand"),
        ("src/generated/left_over.rs", "of an operation that is gone"),
        ("REFERENCE.md", "edited by hand"),
    ];
    for (path, change) in drifts {
        copy.write(path, change);
        let error = copy.check().expect_err(path);
        assert!(error.contains(path), "{error}");
        assert!(error.contains("cargo xtask codegen"), "{error}");
        work(&copy.0, false).expect("the document is valid");
        copy.check().expect("codegen mends the drift");
    }
    assert!(!copy.0.join(CRATE).join(drifts[1].0).exists());
}
