import GitHubCore

extension SimulatedGitHub {
    /// Tells hooks about a run as it is now.
    mutating func announce(run id: Int64, action: String, at now: Timestamp) {
        guard let run = runs[id], isHeard("workflow_run", in: run.repositoryID) else { return }
        let workflow = workflows.first { $0.id == run.workflowID }
        let members: [JSON.Member] = [
            .init("action", .string(action)),
            .init("workflow_run", json(run)),
            .init("workflow", workflow.map { json($0, minutesEastOfUTC: 0) } ?? .null),
        ]
        emit(
            "workflow_run",
            action: action,
            members,
            in: run.repositoryID,
            sender: run.attempt.triggeringActor,
            at: now
        )
    }

    /// Tells hooks about a job as it is now, and about its check run where that was created or has ended.
    mutating func announce(job id: Int64, action: String, at now: Timestamp) {
        guard let job = jobs[id], let run = runs[job.runID] else { return }
        if action == "queued" || action == "completed" { announceCheck(job, of: run, at: now) }
        guard isHeard("workflow_job", in: run.repositoryID) else { return }
        var members: [JSON.Member] = [
            .init("action", .string(action)),
            .init("workflow_job", json(job)),
        ]
        if let deployment = job.deployment { members.append(.init("deployment", json(deployment, of: run))) }
        emit(
            "workflow_job",
            action: action,
            members,
            in: run.repositoryID,
            sender: run.attempt.triggeringActor,
            at: now
        )
    }

    private mutating func announceCheck(_ job: Job, of run: Run, at now: Timestamp) {
        guard isHeard("check_run", in: run.repositoryID) else { return }
        // A job that a reviewer let into the queue was created before.
        let isNew = job.deployment.map { $0.updatedAt == $0.createdAt } ?? true
        guard isNew || job.status == .completed else { return }
        let action = job.status == .completed ? "completed" : "created"
        let members: [JSON.Member] = [
            .init("action", .string(action)), .init("check_run", checkJSON(job, withSuite: true)),
        ]
        let sender = run.attempt.triggeringActor
        emit("check_run", action: action, members, in: run.repositoryID, sender: sender, at: now)
    }

    /// Tells hooks what became of a repository.
    mutating func announceRepository(_ id: Int64, action: String, changes: JSON? = nil, at now: Timestamp) {
        guard isHeard("repository", in: id) else { return }
        let sender = accounts.first { !$0.isOrganization }?.login ?? "octocat"
        let members = [JSON.Member("action", .string(action))] + (changes.map { [.init("changes", $0)] } ?? [])
        emit("repository", action: action, members, in: id, sender: sender, at: now)
    }

    /// Tells hooks that a repository has another name, or another owner.
    mutating func announceMove(_ id: Int64, from former: RepositoryName, to name: RepositoryName, at now: Timestamp) {
        if former.owner.lowercased() == name.owner.lowercased() {
            let changes: JSON = ["repository": ["name": ["from": .string(former.name)]]]
            announceRepository(id, action: "renamed", changes: changes, at: now)
        } else if let owner = account(former.owner) {
            let kind = owner.isOrganization ? "organization" : "user"
            let from: JSON = .object([.init(kind, userJSON(owner.login))])
            announceRepository(id, action: "transferred", changes: ["owner": ["from": from]], at: now)
        }
    }

    /// Tells hooks of a star.
    mutating func announceStar(of id: Int64, by login: String, at now: Timestamp) {
        guard isHeard("star", in: id) else { return }
        let members: [JSON.Member] = [
            .init("action", "created"), .init("starred_at", .string(now.rfc3339)),
        ]
        emit("star", action: "created", members, in: id, sender: login, at: now)
    }

    /// Sends a ping to one hook.
    mutating func ping(_ hook: Hook, at now: Timestamp) {
        var members: [JSON.Member] = [
            .init("zen", "Keep it logically awesome."), .init("hook_id", .integer(hook.id)), .init("hook", json(hook)),
        ]
        let sender = accounts.first { !$0.isOrganization }?.login ?? "octocat"
        let repositoryID: Int64?
        switch hook.home {
        case .repository(let id):
            repositoryID = id
            members += context(repository: id, sender: sender)
        case .organization(let id):
            repositoryID = nil
            if let account = accounts.first(where: { $0.id == id }) {
                members += [.init("organization", organizationJSON(account)), .init("sender", userJSON(sender))]
            }
        case .app:
            repositoryID = nil
        }
        let payload = JSON.object(members).compact
        queue("ping", action: nil, repository: repositoryID, to: [(hook, nil, payload)], at: now)
    }

    private func isHeard(_ event: String, in repositoryID: Int64) -> Bool {
        hooks.contains { $0.hears(event) && isNear($0, repositoryID) }
    }

    private func isNear(_ hook: Hook, _ repositoryID: Int64) -> Bool {
        switch hook.home {
        case .repository(let id): id == repositoryID
        case .organization(let id): repositories[repositoryID].flatMap { account($0.name.owner) }?.id == id
        case .app: installation(by: hook, of: repositoryID) != nil
        }
    }

    private func context(repository id: Int64, sender: String) -> [JSON.Member] {
        var members: [JSON.Member] = []
        if let repository = repositories[id] {
            members.append(.init("repository", webhookJSON(repository)))
            if let owner = account(repository.name.owner), owner.isOrganization {
                members.append(.init("organization", organizationJSON(owner)))
            }
        }
        return members + [.init("sender", userJSON(sender))]
    }

    private mutating func emit(
        _ event: String,
        action: String,
        _ members: [JSON.Member],
        in repositoryID: Int64,
        sender: String,
        at now: Timestamp
    ) {
        let members = members + context(repository: repositoryID, sender: sender)
        let payload = JSON.object(members).compact
        let hearing = hooks.filter { $0.hears(event) && isNear($0, repositoryID) }
            .map { hook -> (hook: Hook, installation: Int64?, payload: [UInt8]) in
                // An App is told as which of its installations it hears it.
                guard let installation = installation(by: hook, of: repositoryID) else { return (hook, nil, payload) }
                let own = JSON.object(members + [.init("installation", shortJSON(installation))]).compact
                return (hook, installation.id, own)
            }
        queue(event, action: action, repository: repositoryID, to: hearing, at: now)
    }

    /// Puts an event into the outbox, for each hook with its own payload.
    mutating func queue(
        _ event: String,
        action: String?,
        repository: Int64?,
        to hearing: [(hook: Hook, installation: Int64?, payload: [UInt8])],
        at now: Timestamp
    ) {
        eventCount += 1
        let guid = DeliveryGUID.make(
            at: now,
            tick: eventCount,
            clockSequence: UInt16(truncatingIfNeeded: configuration.seed),
            node: SeededRandom(seed: configuration.seed).first()
        )
        for (hook, installation, payload) in hearing {
            let delivery = sign(
                payload,
                for: hook,
                guid: guid,
                event: event,
                action: action,
                repository: repository,
                installation: installation,
                isRedelivery: false,
                at: now
            )
            dispatch(delivery, at: now)
        }
    }
}

extension SeededRandom {
    /// The first number of this sequence, which stays as it is.
    fileprivate func first() -> UInt64 {
        var copy = self
        return copy.next()
    }
}
