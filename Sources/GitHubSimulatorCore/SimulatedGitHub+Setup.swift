package import GitHubCore

extension SimulatedGitHub {
    /// Creates a user or an organisation, or finds the one there is.
    @discardableResult
    package mutating func createAccount(_ login: String, isOrganization: Bool = false, at now: Timestamp) -> Account {
        if let known = account(login) { return known }
        let account = Account(
            id: makeID(.account),
            login: login,
            isOrganization: isOrganization,
            createdAt: now
        )
        accounts.append(account)
        return account
    }

    /// Creates a repository; an owner that is not there yet becomes an organisation.
    @discardableResult
    package mutating func createRepository(
        _ name: RepositoryName,
        isPrivate: Bool = false,
        description: String? = nil,
        topics: [String] = [],
        at now: Timestamp
    ) throws(Misuse) -> Repository {
        guard repository(name) == nil else { throw .wrongState("\(name) is there already") }
        createAccount(name.owner, isOrganization: true, at: now)
        let repository = Repository(
            id: makeID(.repository),
            name: name,
            isPrivate: isPrivate,
            description: description,
            homepage: nil,
            topics: topics,
            stars: [],
            createdAt: now,
            updatedAt: now,
            pushedAt: now
        )
        repositories[repository.id] = repository
        contents[repository.id] = Contents(
            branches: [Repository.defaultBranch: Self.objectID("first commit", "\(repository.id)")],
            files: ["README.md": Array("# \(name.name)\n\nSays hello, 100% of the time.\n".utf8)]
        )
        formerNames[name] = nil
        announceRepository(repository.id, action: "created", at: now)
        return repository
    }

    /// Gives a repository another name; the old one leads to the new one from then on.
    package mutating func rename(
        _ name: RepositoryName,
        to newName: RepositoryName,
        at now: Timestamp
    ) throws(Misuse) {
        guard var repository = repository(name) else { throw .unknown("\(name)") }
        guard self.repository(newName) == nil else { throw .wrongState("\(newName) is there already") }
        createAccount(newName.owner, isOrganization: true, at: now)
        repository.name = newName
        repository.updatedAt = now
        repositories[repository.id] = repository
        formerNames[name] = repository.id
        formerNames[newName] = nil
        for (value, var token) in tokens {
            for index in token.grants.indices where token.grants[index].scope == .repository(name) {
                token.grants[index].scope = .repository(newName)
            }
            tokens[value] = token
        }
        announceMove(repository.id, from: name, to: newName, at: now)
    }

    /// Makes a repository private or public.
    package mutating func setPrivate(_ isPrivate: Bool, _ name: RepositoryName, at now: Timestamp) throws(Misuse) {
        guard var repository = repository(name) else { throw .unknown("\(name)") }
        repository.isPrivate = isPrivate
        repository.updatedAt = now
        repositories[repository.id] = repository
        announceRepository(repository.id, action: isPrivate ? "privatized" : "publicized", at: now)
    }

    /// Has somebody star a repository, which concerns no workflow.
    package mutating func star(_ name: RepositoryName, by login: String, at now: Timestamp) throws(Misuse) {
        guard var repository = repository(name) else { throw .unknown("\(name)") }
        createAccount(login, at: now)
        repository.stars.insert(login)
        repositories[repository.id] = repository
        announceStar(of: repository.id, by: login, at: now)
    }

    /// Makes a credential known.
    @discardableResult
    package mutating func createToken(
        _ value: String,
        login: String = "octocat",
        grants: [Grant],
        callsPerHour: Int? = nil,
        minutesEastOfUTC: Int = 0,
        scopes: [String]? = nil,
        expiresAt: Timestamp? = nil,
        at now: Timestamp
    ) -> Token {
        createAccount(login, at: now)
        let token = Token(
            value: value,
            login: login,
            grants: grants,
            callsPerHour: callsPerHour,
            minutesEastOfUTC: minutesEastOfUTC,
            scopes: scopes,
            expiresAt: expiresAt
        )
        tokens[value] = token
        return token
    }

    /// Takes a credential back.
    package mutating func revokeToken(_ value: String) {
        tokens[value] = nil
    }

    /// Gives a credential other grants.
    package mutating func setGrants(_ grants: [Grant], ofToken value: String) throws(Misuse) {
        guard tokens[value] != nil else { throw .unknown("a token") }
        tokens[value]?.grants = grants
    }

    /// Adds a workflow file to a repository, or finds the one there is.
    @discardableResult
    package mutating func createWorkflow(
        _ file: String,
        name: String? = nil,
        inputs: [WorkflowInput]? = [],
        in repository: RepositoryName,
        at now: Timestamp
    ) throws(Misuse) -> Workflow {
        guard let owner = self.repository(repository) else { throw .unknown("\(repository)") }
        let path = file.contains("/") ? file : ".github/workflows/\(file)"
        if let known = workflows.first(where: { $0.repositoryID == owner.id && $0.path == path }) { return known }
        let stem = path.split(separator: "/").last?.split(separator: ".").first.map { String($0) }
        let workflow = Workflow(
            id: makeID(.workflow),
            repositoryID: owner.id,
            name: name ?? stem.map { $0.uppercased() } ?? file,
            path: path,
            createdAt: now,
            inputs: inputs,
            isEnabled: true,
            updatedAt: now
        )
        workflows.append(workflow)
        let file = Array(text(of: workflow).utf8)
        contents[owner.id]?.files[path] = file
        return workflow
    }

    /// Switches a workflow on or off; one that is not there yet is added.
    package mutating func setEnabled(
        _ isEnabled: Bool,
        workflow file: String,
        in repository: RepositoryName,
        at now: Timestamp
    ) throws(Misuse) {
        setEnabled(isEnabled, workflow: try createWorkflow(file, in: repository, at: now).id, at: now)
    }

    /// Switches the workflow of a number on or off.
    mutating func setEnabled(_ isEnabled: Bool, workflow id: Int64, at now: Timestamp) {
        for index in workflows.indices where workflows[index].id == id {
            workflows[index].isEnabled = isEnabled
            workflows[index].updatedAt = now
        }
    }

    /// Registers a self-hosted runner with a repository or an organisation.
    @discardableResult
    package mutating func createRunner(_ name: String, labels: [String] = [], in scope: Scope) throws(Misuse) -> Runner
    {
        let runner = Runner(
            id: makeID(.runner),
            name: name,
            home: try home(scope),
            labels: labels,
            isOnline: true,
            isBusy: false
        )
        runners.append(runner)
        return runner
    }

    /// Connects a self-hosted runner or loses it; no event says so.
    package mutating func setOnline(_ isOnline: Bool, runner name: String) throws(Misuse) {
        guard let index = runners.firstIndex(where: { $0.name == name }) else { throw .unknown("runner \(name)") }
        runners[index].isOnline = isOnline
    }

    /// Opens a pull request: runs of its branch show it at once, and no event of a run says so.
    @discardableResult
    package mutating func openPullRequest(_ branch: String, in name: RepositoryName) throws(Misuse) -> PullRequest {
        guard let repository = repository(name) else { throw .unknown("\(name)") }
        let number = Int64(pullRequests[repository.id, default: []].count) + 1
        let request = PullRequest(id: makeID(.pullRequest), number: number, branch: branch)
        pullRequests[repository.id, default: []].append(request)
        return request
    }

    /// Registers a webhook and queues its ping.
    @discardableResult
    package mutating func createHook(
        in scope: Scope,
        url: String,
        secret: String?,
        events: [String] = ["workflow_run", "workflow_job"],
        isForm: Bool = false,
        at now: Timestamp
    ) throws(Misuse) -> Hook {
        try createHook(
            in: home(scope),
            url: url,
            secret: secret,
            events: events,
            isForm: isForm,
            insecureTLS: "0",
            isActive: true,
            at: now
        )
    }
}

extension SimulatedGitHub {
    /// The account of a login, whatever the case of its letters.
    package func account(_ login: String) -> Account? {
        let wanted = login.lowercased()
        return accounts.first { $0.login.lowercased() == wanted }
    }

    /// The repository that has a name today.
    package func repository(_ name: RepositoryName) -> Repository? {
        repositories.values.first { $0.name == name }
    }

    /// A webhook by its number.
    package func hook(_ id: Int64) -> Hook? { hooks.first { $0.id == id } }

    /// A run by its number.
    package func run(_ id: Int64) -> Run? { runs[id] }

    /// A job by its number.
    package func job(_ id: Int64) -> Job? { jobs[id] }

    /// The jobs of a run's latest attempt, with those that it took over from the attempts before.
    package func jobs(ofRun id: Int64) -> [Job] {
        guard let run = runs[id] else { return [] }
        return latestJobs(of: run, upTo: run.attempts.count)
    }

    /// What runners and hooks of a scope belong to.
    func home(_ scope: Scope) throws(Misuse) -> Home {
        switch scope {
        case .repository(let name):
            guard let repository = repository(name) else { throw .unknown("\(name)") }
            return .repository(repository.id)
        case .owner(let login):
            guard let account = account(login), account.isOrganization else { throw .unknown(login) }
            return .organization(account.id)
        }
    }
}
