/// Why a delivery's body is refused before it is stored.
package enum DeliveryError: Error, Equatable {
    /// Not JSON, or nested too deeply, or no object.
    case malformed(JSONError)
    /// The event's own object is missing or has no id, so the body is not that of the named event.
    case shape(missing: String)
    /// It carries what only another event does, so the body is not that of the named event.
    case foreign(String)
    /// There is no repository, or its name or owner cannot be read.
    case repository
    /// It names no owner.
    case owner
    /// The run says it lies in another repository than the payload does.
    case foreignRun
}

/// A delivery's body after one bounded scan: what must be known before it is believed and stored.
///
/// The event's name stands in an unsigned header, so the body must have the shape of that event (invariant 10).
package struct Delivery: Sendable {
    /// The event.
    package let event: EventName
    /// `action`, such as `completed`; some events have none.
    package let action: String?
    /// The repository it is about; nil for what is about an owner.
    package let repository: RepositoryName?
    /// GitHub's id of the repository.
    package let repositoryID: Int64?
    /// Whether the repository is private; unknown counts as private.
    package let isPrivate: Bool
    /// The organisation's login where the payload names one.
    package let organization: String?
    /// When the repository itself last changed, by its own word.
    package let repositoryUpdatedAt: Timestamp?
    /// The hook's id, in a ping.
    package let hookID: Int64?
    /// The run or job.
    package let object: WorkflowObject?
    /// The run's or job's own bytes, as sent.
    package let objectBytes: [UInt8]
    /// What it tells of the names of its repository, of that one's owner and of its workflow.
    package let names: [NameFact]
    /// What changed beside runs and jobs.
    package let news: RepositoryNews?
    /// What changed about who may see what.
    package let access: AccessNews?
    /// When the deployment that gates a job last changed, where the payload names one.
    package let deploymentUpdatedAt: Timestamp?

    /// Reads a body as the named event.
    package init(event: EventName, body: [UInt8]) throws(DeliveryError) {
        let root: JSONObject
        do {
            root = try JSONObject(body)
        } catch {
            throw .malformed(error)
        }
        self.event = event
        action = root.string("action")
        organization = root.object("organization")?.string("login")
        hookID = root.integer("hook_id")
        deploymentUpdatedAt = root.object("deployment")?.timestamp("updated_at")
        let repository = root.object("repository")
        self.repository = repository?.string("full_name").flatMap { RepositoryName($0) }
        repositoryID = repository?.integer("id")
        repositoryUpdatedAt = repository?.timestamp("updated_at")
        (object, objectBytes) = try Self.object(of: event, in: root)
        try Self.check(root, is: event)
        let owner = Self.owner(in: root, self.repository)
        news = RepositoryNews(event, root)
        access = AccessNews(event, root, self.repository, owner: owner)
        isPrivate = access?.isPrivatized == true || repository?.bool("private") ?? true
        names = Self.names(in: root, object)
        switch event {
        case .ping:
            break
        case .workflowRun, .workflowJob:
            guard action != nil else { throw .shape(missing: "action") }
            guard self.repository != nil else { throw .repository }
            if case .run(let run)? = object, let own = run.repository, own != self.repository { throw .foreignRun }
        case .team, .membership, .organization, .installation, .installationRepositories:
            guard owner != nil else { throw .owner }
        default:
            guard self.repository != nil else { throw .repository }
        }
    }

    /// The login of the account where an App was installed or removed, or reaches something else now; nil for any other event.
    package var installationOwner: String? {
        guard event == .installation || event == .installationRepositories else { return nil }
        return access?.scopes.first.map { scope in
            switch scope {
            case .repository(let name): name.owner.lowercased()
            case .owner(let login): login
            }
        }
    }

    /// What it is about: whoever signed it must stand for that.
    package var subject: Scope? {
        access?.scopes.first ?? repository.map(Scope.repository) ?? organization.flatMap { Scope($0) }
    }

    /// The login that an event without a repository is about, in lower case.
    private static func owner(in root: JSONObject, _ repository: RepositoryName?) -> String? {
        let login =
            root.object("organization")?.string("login")
            ?? root.object("installation")?.object("account")?.string("login") ?? repository?.owner
        return login.flatMap { RepositoryName.isName($0) ? $0.lowercased() : nil }
    }

    private static func names(in root: JSONObject, _ object: WorkflowObject?) -> [NameFact] {
        var facts = root.object("repository").map { NameFact.told(byRepository: $0) } ?? []
        guard case .repository(_, let name)? = facts.first else {
            return root.object("organization").map { NameFact.told(byAccount: $0) } ?? []
        }
        facts += root.object("organization").map { NameFact.told(byOwner: $0, of: name) } ?? []
        if case .run(let run)? = object {
            facts += NameFact.told(byWorkflow: run.workflowID, path: run.path, in: name)
        }
        return facts
    }

    private static func object(
        of event: EventName,
        in root: JSONObject
    ) throws(DeliveryError) -> (WorkflowObject?, [UInt8]) {
        switch event {
        case .ping:
            guard root.string("zen") != nil, root.integer("hook_id") != nil else {
                throw .shape(missing: "zen, hook_id")
            }
            return (nil, [])
        case .workflowRun:
            guard let slice = root.object("workflow_run"), let run = WorkflowRun(slice) else {
                throw .shape(missing: "workflow_run")
            }
            return (.run(run), slice.bytes)
        case .workflowJob:
            guard let slice = root.object("workflow_job"), let job = WorkflowJob(slice) else {
                throw .shape(missing: "workflow_job")
            }
            return (.job(job), slice.bytes)
        default:
            return (nil, [])
        }
    }
}
