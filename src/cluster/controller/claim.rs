//! Taking and giving up objects: whose is a Pod (or a revision), going by owner and by selector?
//!
//! Source: pkg/controller/controller_ref_manager.go.

use api::meta::selector::LabelSelector;
use api::meta::{Meta, OwnerReference, Uid};
use api::resource::Kind;
use std::rc::Rc;

/// What a controller does about one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the controller's, and stays so.
    Mine,
    /// It is nobody's and matches: take it.
    Adopt,
    /// It is the controller's and no longer matches: give it up.
    Release,
    /// It is somebody else's, or nobody's and doesn't match, or on its way out.
    Ignore,
}

/// Judges one object.
pub fn claim(controller: Uid, selector: &LabelSelector, object: &Meta) -> Claim {
    match object.controller() {
        Some(owner) if owner.uid != controller => Claim::Ignore,
        Some(_) if selector.matches(&object.labels) => Claim::Mine,
        Some(_) => Claim::Release,
        None if object.terminating() || !selector.matches(&object.labels) => Claim::Ignore,
        None => Claim::Adopt,
    }
}

/// The reference that makes `owner` the controller of an object.
pub fn controller_reference(kind: Kind, owner: &Meta) -> OwnerReference {
    OwnerReference {
        api_version: kind.api_version().into(),
        kind: kind.name().into(),
        name: owner.name.clone(),
        uid: owner.uid,
        controller: true,
        block_owner_deletion: true,
    }
}

/// Adds an owner.
pub fn adopt(meta: &mut Meta, reference: OwnerReference) {
    Rc::make_mut(&mut meta.owner_references).push(reference);
}

/// Removes an owner.
pub fn release(meta: &mut Meta, owner: Uid) {
    Rc::make_mut(&mut meta.owner_references).retain(|reference| reference.uid != owner);
}
