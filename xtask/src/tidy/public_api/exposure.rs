//! Walks the public signatures of a file.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{
    Fields, ImplItem, Item, ItemImpl, ItemTrait, Meta, Path, TraitItem, Type, UseTree, Visibility,
};

/// The lines on which a public signature mentions one of the private names.
pub(super) fn find(
    file: &syn::File,
    public: &BTreeSet<String>,
    private: &BTreeSet<String>,
) -> BTreeSet<(usize, String)> {
    let mut walk = Walk {
        public,
        mentions: Mentions::of(private),
    };
    walk.items(&file.items);
    walk.mentions.found
}

/// Collects the paths that start with one of some names.
pub(super) struct Mentions<'a> {
    names: &'a BTreeSet<String>,
    pub(super) found: BTreeSet<(usize, String)>,
}

impl<'a> Mentions<'a> {
    pub(super) fn of(names: &'a BTreeSet<String>) -> Self {
        Self {
            names,
            found: BTreeSet::new(),
        }
    }

    fn add(&mut self, name: &syn::Ident) {
        let text = name.to_string();
        if self.names.contains(&text) {
            self.found.insert((name.span().start().line, text));
        }
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(first) = path.segments.first() {
            self.add(&first.ident);
        }
        visit::visit_path(self, path);
    }

    // Bodies are private, wherever they stand.
    fn visit_block(&mut self, _: &'ast syn::Block) {}

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

struct Walk<'a> {
    public: &'a BTreeSet<String>,
    mentions: Mentions<'a>,
}

impl Walk<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        let mentions = &mut self.mentions;
        match item {
            Item::Fn(item) if is_open(&item.vis, &item.attrs) => {
                mentions.visit_signature(&item.sig);
            }
            Item::Struct(item) if is_open(&item.vis, &item.attrs) => {
                mentions.visit_generics(&item.generics);
                self.fields(&item.fields);
            }
            Item::Enum(item) if is_open(&item.vis, &item.attrs) => {
                mentions.visit_generics(&item.generics);
                for variant in &item.variants {
                    mentions.visit_fields(&variant.fields);
                }
            }
            Item::Type(item) if is_open(&item.vis, &item.attrs) => mentions.visit_type(&item.ty),
            Item::Const(item) if is_open(&item.vis, &item.attrs) => mentions.visit_type(&item.ty),
            Item::Static(item) if is_open(&item.vis, &item.attrs) => mentions.visit_type(&item.ty),
            Item::Use(item) if is_open(&item.vis, &item.attrs) => self.import(&item.tree),
            Item::Trait(item) if is_open(&item.vis, &item.attrs) => self.definition(item),
            Item::Impl(item) if !is_for_tests(&item.attrs) => self.implementation(item),
            Item::Mod(item) if !is_for_tests(&item.attrs) => {
                if let Some((_, items)) = &item.content {
                    self.items(items);
                }
            }
            _ => {}
        }
    }

    fn fields(&mut self, fields: &Fields) {
        for field in fields {
            if is_public(&field.vis) {
                self.mentions.visit_type(&field.ty);
            }
        }
    }

    fn import(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.mentions.add(&path.ident),
            UseTree::Name(name) => self.mentions.add(&name.ident),
            UseTree::Rename(rename) => self.mentions.add(&rename.ident),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree)),
            UseTree::Glob(_) => {}
        }
    }

    fn definition(&mut self, item: &ItemTrait) {
        let mentions = &mut self.mentions;
        mentions.visit_generics(&item.generics);
        for bound in &item.supertraits {
            mentions.visit_type_param_bound(bound);
        }
        for item in &item.items {
            match item {
                TraitItem::Fn(item) => mentions.visit_signature(&item.sig),
                other => mentions.visit_trait_item(other),
            }
        }
    }

    fn implementation(&mut self, item: &ItemImpl) {
        if !self.is_of_public_type(item) {
            return;
        }
        self.mentions.visit_generics(&item.generics);
        if let Some((_, path, _)) = &item.trait_ {
            self.mentions.visit_path(path);
        }
        let of_trait = item.trait_.is_some();
        for item in &item.items {
            match item {
                // The signatures of a trait are the trait's.
                ImplItem::Fn(item) if !of_trait && is_open(&item.vis, &item.attrs) => {
                    self.mentions.visit_signature(&item.sig);
                }
                ImplItem::Const(item) if of_trait || is_open(&item.vis, &item.attrs) => {
                    self.mentions.visit_type(&item.ty);
                }
                ImplItem::Type(item) => self.mentions.visit_type(&item.ty),
                _ => {}
            }
        }
    }

    /// Whether somebody outside can see the implementation.
    fn is_of_public_type(&self, item: &ItemImpl) -> bool {
        match &*item.self_ty {
            Type::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| self.public.contains(&last.ident.to_string())),
            _ => false,
        }
    }
}

fn is_open(visibility: &Visibility, attributes: &[syn::Attribute]) -> bool {
    is_public(visibility) && !is_for_tests(attributes)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}
