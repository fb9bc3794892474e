package import GitHubCore
package import Multiformats

/// A stored answer that a signal touches, with its body where the decision needs it.
package struct TouchedEntry: Sendable {
    /// The entry.
    package let entry: Entry
    /// Its body; only lists need one.
    package let body: Body?
    /// Whether it was read lately or its repository is watched, so that it is worth fetching ahead of readers.
    package let isWanted: Bool

    /// A touched entry.
    package init(entry: Entry, body: Body?, isWanted: Bool) {
        self.entry = entry
        self.body = body
        self.isWanted = isWanted
    }
}

/// What is remembered beside an event.
package struct EventContext: Sendable {
    /// The newest state of the same object.
    package var state: ObjectState?
    /// The bytes of that state.
    package var stateBody: Body?
    /// The newest state of the run that a job belongs to.
    package var runState: ObjectState?
    /// The stored answers that the event touches.
    package var entries: [TouchedEntry]
    /// Who may be served the object where no answer for it is stored yet; nil to store none.
    package var audience: Audience?
    /// How long others may fetch before this node does, in milliseconds; nil where nobody told.
    package var turn: Int64?

    /// What is remembered.
    package init(
        state: ObjectState?,
        stateBody: Body?,
        runState: ObjectState?,
        entries: [TouchedEntry],
        audience: Audience?,
        turn: Int64? = nil
    ) {
        self.turn = turn
        self.state = state
        self.stateBody = stateBody
        self.runState = runState
        self.entries = entries
        self.audience = audience
    }
}

/// A remembered object beside a fetched answer.
package struct RememberedObject: Sendable {
    /// Its newest state.
    package let state: ObjectState
    /// The bytes of that state.
    package let body: Body

    /// A remembered object.
    package init(state: ObjectState, body: Body) {
        self.state = state
        self.body = body
    }
}

/// A fact that came in.
package enum Signal: Sendable {
    /// An object's state, with what is remembered of it. `isOwn` where this node took the delivery itself.
    case event(WorkflowEvent, EventContext, isOwn: Bool)
    /// GitHub's answer for a key, with the newer states that are remembered of what it may name.
    case fetched(ResourceKey, OriginAnswer, source: Source, remembered: [RememberedObject])
    /// GitHub says that a body that was held for a key when it was asked is right; the entry is what is held now.
    case unchanged(
        Entry,
        asked: Body?,
        headers: EntryHeaders,
        askedAt: Timestamp,
        source: Source,
        remembered: [RememberedObject]
    )
    /// A fetch that no reader waits for came to nothing.
    case failed(ResourceKey, OriginFailure)
    /// A peer's entry, checked, and who gave it; what is stored for the same key, and the newer states remembered of what
    /// it may name.
    case announced(Entry, Body, by: PeerID? = nil, held: Entry?, remembered: [RememberedObject])
    /// A client's write went through: the answers of its scope, and the runs of the jobs among them where that is known.
    /// `isDone` where GitHub said that it did what it was asked.
    case wrote(WriteEffect, isDone: Bool, [TouchedEntry], runOfJob: [Int64: Int64])
    /// An event told that something of a repository changed: the repository's stored answers. `asOf` is when the event was
    /// accepted, if not now.
    case news(RepositoryEffect, [TouchedEntry], asOf: Timestamp? = nil)
    /// Who may see something changed, or its name: the stored answers of its scopes, the states of those that ended,
    /// which of these are known under the present name already, and the keys by which GitHub tells what became of a name.
    case access(
        AccessEffect,
        [TouchedEntry],
        states: [ObjectState],
        known: Set<ObjectID>,
        unclear: [ResourceKey]
    )
    /// Resources that are to be kept fresh without anyone asking; replaces the earlier list.
    case watch([ResourceKey])
    /// A moment that was asked for has come.
    case due
}

/// What is to be done.
package enum Directive: Sendable {
    /// Change what is stored.
    case store([Change])
    /// An entry is known to be wrong.
    case invalidated(ResourceKey)
    /// Ask GitHub.
    case fetch(ResourceKey, priority: FetchPriority, source: Source)
    /// Tell the peers of an object's new state.
    case announceEvent(WorkflowEvent)
    /// Tell the peers of a fetched entry.
    case announceEntry(Entry, Body)
    /// An answer names states that are news to everything else that is stored.
    case learnt([WorkflowEvent])
}
