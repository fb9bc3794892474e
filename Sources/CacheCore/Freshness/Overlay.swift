package import GitHubCore

/// An answer with the newer remembered objects laid over it (invariant 2).
struct Overlay {
    /// The answer, with what is newer in its place.
    private(set) var body: Body
    /// Whether anything remembered is newer than the answer.
    private(set) var isBehind = false
    /// Objects of which nothing tells whether the answer or the memory is right.
    private(set) var doubts: [ObjectID] = []

    /// Lays what is remembered over an answer of the given authority and moment.
    init(
        _ answer: Body,
        _ key: ResourceKey,
        _ link: String?,
        _ remembered: [RememberedObject],
        authority: Authority,
        asOf: Timestamp
    ) {
        body = answer
        guard key.representation.media == .json else { return }
        switch key.endpoint {
        case .run, .job: layOverObject(key, remembered, authority: authority == .list ? .github : authority, asOf)
        default: layOverList(key, link, remembered, authority, asOf)
        }
    }

    private mutating func layOverObject(
        _ key: ResourceKey,
        _ remembered: [RememberedObject],
        authority: Authority,
        _ asOf: Timestamp
    ) {
        guard let held = remembered.first(where: { $0.state.id.endpoint == key.endpoint }), held.state.cid != body.cid,
            let object = try? JSONObject(body.bytes),
            let read = WorkflowObject(object, held.state.id.kind)
        else { return }
        let claim = StateClaim(read, body, authority, asOf)
        switch claim.order(against: held.state) {
        case .newer, .same: return
        case .older: if claim.disputes(held.state) { doubts.append(held.state.id) }
        case .ambiguous: doubts.append(held.state.id)
        }
        isBehind = true
        body = Body(RunShape.bytes(held.body.bytes, for: key.resource))
    }

    private mutating func layOverList(
        _ key: ResourceKey,
        _ link: String?,
        _ remembered: [RememberedObject],
        _ authority: Authority,
        _ asOf: Timestamp
    ) {
        guard !remembered.isEmpty else { return }
        // A list is long, and most of what is remembered is in it already.
        var current = ListEditor(key.resource, body: body.bytes, link: link)
        for held in remembered {
            guard let editor = current, let object = held.read, let shown = editor.showing(of: object) else { continue }
            let version = held.state.version
            switch shown {
            case .absent(let isMissed):
                guard isMissed else { continue }
                if let inserted = editor.inserting(object, bytes: held.body.bytes, version: version) {
                    body = Body(inserted)
                    current = ListEditor(key.resource, body: inserted, link: link)
                }
            case .present(let read, let bytes):
                let claim = StateClaim(read, Body(bytes), authority, asOf)
                switch claim.order(against: held.state) {
                case .newer, .same: continue
                case .older: if claim.disputes(held.state) { doubts.append(held.state.id) }
                case .ambiguous: doubts.append(held.state.id)
                }
                if let laid = editor.laying(object, bytes: held.body.bytes, version: version) {
                    body = Body(laid)
                    current = ListEditor(key.resource, body: laid, link: link)
                }
            }
            isBehind = true
        }
    }
}

extension WorkflowObject {
    /// Reads an object of a kind, or nil where it is none.
    package init?(_ object: JSONObject, _ kind: ObjectKind) {
        let read: WorkflowObject? =
            switch kind {
            case .run: WorkflowRun(object).map(WorkflowObject.run)
            case .job: WorkflowJob(object).map(WorkflowObject.job)
            }
        guard let read else { return nil }
        self = read
    }
}

extension StateClaim {
    fileprivate init(_ object: WorkflowObject, _ body: Body, _ authority: Authority, _ asOf: Timestamp) {
        self.init(
            version: ObjectVersion(object),
            status: object.status ?? "",
            cid: body.cid,
            authority: authority,
            asOf: asOf
        )
    }
}

extension RememberedObject {
    /// The object, read again from its bytes.
    var read: WorkflowObject? {
        guard let object = try? JSONObject(body.bytes) else { return nil }
        return WorkflowObject(object, state.id.kind)
    }
}
