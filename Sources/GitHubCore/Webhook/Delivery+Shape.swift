extension Delivery {
    /// Checks that a body has the shape of an event, and of no other that this program uses: the event's name stands in
    /// an unsigned header.
    ///
    /// What every payload may carry is open, since GitHub adds to it. Where an event has nothing of its own, what is its
    /// own of any other event counts against it; and what ends a repository or an owner may carry nothing more at all.
    static func check(_ root: JSONObject, is event: EventName) throws(DeliveryError) {
        let shape = Shape(event)
        for key in shape.texts where root.string(key) == nil { throw .shape(missing: key) }
        for key in shape.objects where root.object(key) == nil { throw .shape(missing: key) }
        if let key = shape.numbered, root.object(key)?.integer("id") == nil { throw .shape(missing: "\(key).id") }
        if let key = shape.numbered, key == "installation", root.object(key)?.object("account") == nil {
            throw .shape(missing: "\(key).account")
        }
        for key in shape.others where !root.has(key) { throw .shape(missing: key) }
        if let key = shape.foreign.filter(root.has).min() { throw .foreign(key) }
        let mayEnd = event == .repository || event == .organization
        if event == .public || mayEnd && root.string("action") == "deleted",
            let key = root.keys.filter({ !Shape.common.contains($0) }).min()
        {
            throw .foreign(key)
        }
    }

    /// What an event's body has at its top, and what tells it from others.
    private struct Shape {
        /// Keys with texts.
        var texts: [String] = []
        /// Keys with objects.
        var objects: [String] = []
        /// The event's own object, which has an id.
        var numbered: String?
        /// Keys with anything.
        var others: [String] = []
        /// Keys that only other events have.
        var foreign: Set<String> = []

        /// What any payload may carry.
        static let common: Set<String> = [
            "action", "changes", "enterprise", "installation", "membership", "organization", "repository", "sender",
        ]

        /// What some event has of its own; an event that has nothing of its own has none of these.
        static let own: Set<String> = [
            "alert", "answer", "before", "blocked_user", "branch", "build", "check_run", "check_suite",
            "client_payload", "comment", "commit", "context", "definition", "deployment", "deployment_status",
            "description", "discussion", "environment", "exemption_request", "forkee", "head_commit", "hook",
            "hook_id", "inputs", "invitation", "issue", "key", "label", "location", "master_branch", "member",
            "merge_group", "milestone", "package", "pages", "project", "project_card", "project_column", "projects_v2",
            "projects_v2_item", "pull_request", "pusher_type", "ref", "ref_type", "registry_package", "release",
            "repositories", "repositories_added", "repositories_removed", "review", "reviewers", "rule", "scope",
            "security_advisory", "sha", "sponsorship", "starred_at", "sub_issue_id", "target_type", "team", "thread",
            "workflow", "workflow_job", "workflow_job_run", "workflow_run", "zen",
        ]

        init(_ event: EventName) {
            if ![.push, .create, .delete, .public, .status, .teamAdd, .workflowDispatch, .ping].contains(event) {
                texts = ["action"]
            }
            switch event {
            case .ping: texts = []
            // Of most deliveries no more is asked: only what is said of deployments carries a run, too.
            case .workflowJob: break
            case .workflowRun: foreign = ["deployment", "deployment_status", "workflow_job_run"]
            case .checkRun: (numbered, foreign) = ("check_run", Self.own.subtracting(["check_run"]))
            case .checkSuite: (numbered, foreign) = ("check_suite", Self.own.subtracting(["check_suite"]))
            case .pullRequest: (numbered, foreign) = ("pull_request", ["review", "comment", "thread"])
            case .push: (texts, others) = (["ref", "before", "after"], ["commits"])
            case .create: (texts, others) = (["ref", "ref_type"], ["master_branch"])
            case .delete: (texts, foreign) = (["ref", "ref_type", "pusher_type"], ["master_branch"])
            case .status: texts = ["sha", "state", "context"]
            case .workflowDispatch: (texts, others) = (["workflow", "ref"], ["inputs"])
            case .repository: (objects, foreign) = (["repository"], Self.own)
            case .public:
                (objects, foreign) = (["repository"], Self.own.union(["action", "changes", "membership"]))
            case .member: (objects, foreign) = (["member", "repository"], Self.own.subtracting(["member"]))
            case .team: (objects, foreign) = (["team", "organization"], Self.own.subtracting(["team"]))
            case .teamAdd:
                (objects, foreign) = (["team", "repository"], Self.own.subtracting(["team", "description"]))
            case .membership:
                texts.append("scope")
                (objects, foreign) = (
                    ["team", "member", "organization"], Self.own.subtracting(["team", "member", "scope"])
                )
            case .organization:
                (objects, foreign) = (["organization"], Self.own.union(["repository"]).subtracting(["invitation"]))
            case .installation:
                (numbered, foreign) = ("installation", Self.own.subtracting(["repositories"]))
            case .installationRepositories:
                (numbered, others) = ("installation", ["repositories_added", "repositories_removed"])
                foreign = Self.own.subtracting(others)
            }
        }
    }
}
