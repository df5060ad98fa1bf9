//! Which names of a file mean a private crate, and which types of a crate are public.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Ident, ItemType, UseTree, Visibility};

use super::PRIVATE;
use super::exposure::Mentions;

/// The names of all types and traits that are `pub`.
pub(super) fn public_types<'a>(files: impl Iterator<Item = &'a syn::File>) -> BTreeSet<String> {
    let mut types = PublicTypes::default();
    for file in files {
        types.visit_file(file);
    }
    types.0
}

/// The names that a file gives to private crates and what is in them, the crates themselves too.
pub(super) fn private_names(file: &syn::File) -> BTreeSet<String> {
    let mut names = PrivateNames(PRIVATE.iter().map(|name| (*name).to_owned()).collect());
    names.visit_file(file);
    names.0
}

#[derive(Default)]
struct PublicTypes(BTreeSet<String>);

impl PublicTypes {
    fn add(&mut self, visibility: &Visibility, name: &Ident) {
        if matches!(visibility, Visibility::Public(_)) {
            self.0.insert(name.to_string());
        }
    }
}

impl<'ast> Visit<'ast> for PublicTypes {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.add(&item.vis, &item.ident);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.add(&item.vis, &item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.add(&item.vis, &item.ident);
    }
}

struct PrivateNames(BTreeSet<String>);

impl PrivateNames {
    fn add_all(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.add_all(&path.tree),
            UseTree::Name(name) => {
                self.0.insert(name.ident.to_string());
            }
            UseTree::Rename(rename) => {
                self.0.insert(rename.rename.to_string());
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_all(tree)),
            UseTree::Glob(_) => {}
        }
    }

    fn add_private(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) if PRIVATE.iter().any(|name| path.ident == name) => {
                self.add_all(&path.tree);
            }
            UseTree::Rename(rename) if PRIVATE.iter().any(|name| rename.ident == name) => {
                self.0.insert(rename.rename.to_string());
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_private(tree)),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for PrivateNames {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_private(&item.tree);
    }

    fn visit_item_type(&mut self, item: &'ast ItemType) {
        let mut mentions = Mentions::of(&self.0);
        mentions.visit_type(&item.ty);
        if !mentions.found.is_empty() {
            self.0.insert(item.ident.to_string());
        }
        visit::visit_item_type(self, item);
    }
}
