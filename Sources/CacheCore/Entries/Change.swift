package import GitHubCore

/// One change of what is stored; a list of them is applied as a whole.
package enum Change: Sendable {
    /// Stores an entry and its body, replacing what the key held.
    case put(Entry, Body)
    /// Changes an entry's metadata only; its body is already stored under the entry's CID.
    case touch(Entry)
    /// Notes which repositories a stored answer to a query lies in.
    case tag(ResourceKey, GraphQL.Tags)
    /// Removes an entry.
    case remove(ResourceKey)
    /// Remembers a state.
    case remember(ObjectState)
    /// Forgets the state of what is no more, or has another name.
    case forget(ObjectID)
    /// Remembers who may see a repository.
    case see(Visibility)
    /// Remembers that a credential was shown to reach something.
    case prove(Proof)
    /// Forgets the proofs that something took back; what was proven before that moment proves nothing any more.
    case withdraw(Withdrawal, asOf: Timestamp)
    /// Notes a name that GitHub used at a moment; `by` is the scope of the hook whose secret alone vouches for it.
    case learn(NameFact, asOf: Timestamp, by: Scope? = nil)
}
