import GitHubCore

/// Files, branches and commits.
extension SimulatedGitHub {
    /// A file or a folder as `GET …/contents/{path}` lists it; a file by itself with its content.
    func json(_ path: String, _ content: [UInt8]?, of repository: Repository, ref: String, isWhole: Bool) -> JSON {
        let api = "\(configuration.apiURL)/repos/\(repository.name)"
        let web = "\(configuration.webURL)/\(repository.name)"
        let place = path.split(separator: "/").map { PercentEncoding.segment(String($0)) }.joined(separator: "/")
        let url = "\(api)/contents/\(place)?ref=\(PercentEncoding.query(ref))"
        let sha = content.map { Self.objectID(of: $0) } ?? Self.objectID("tree", path)
        let git = "\(api)/git/\(content == nil ? "trees" : "blobs")/\(sha)"
        let page = "\(web)/\(content == nil ? "tree" : "blob")/\(ref)/\(place)"
        // A file of a private repository is downloaded by a link that carries a token.
        let token = repository.isPrivate ? "?token=\(Self.objectID("download", path).prefix(29).uppercased())" : ""
        let raw = "https://raw.githubusercontent.com/\(repository.name)/\(ref)/\(place)\(token)"
        var members: [JSON.Member] = [
            .init("name", .string(String(path.split(separator: "/").last ?? ""))), .init("path", .string(path)),
            .init("sha", .string(sha)), .init("size", .integer(Int64(content?.count ?? 0))), .init("url", .string(url)),
            .init("html_url", .string(page)), .init("git_url", .string(git)),
            .init("download_url", content == nil ? .null : .string(raw)),
            .init("type", content == nil ? "dir" : "file"),
        ]
        if isWhole, let content {
            members += [.init("content", .string(Base64.lines(content))), .init("encoding", "base64")]
        }
        let links: JSON = ["self": .string(url), "git": .string(git), "html": .string(page)]
        return .object(members + [.init("_links", links)])
    }

    /// A commit as `GET …/commits/{ref}` answers it.
    func json(_ commit: Commit, of repository: Repository) -> JSON {
        let api = "\(configuration.apiURL)/repos/\(repository.name)"
        let url = "\(api)/commits/\(commit.sha)"
        let person: JSON = [
            "name": .string(commit.author), "email": "\(commit.author)@users.noreply.github.com",
            "date": .string(commit.time.rfc3339),
        ]
        return [
            "sha": .string(commit.sha), "node_id": "C_\(Base64.encode(Array("\(repository.id):\(commit.sha)".utf8)))",
            "commit": [
                "author": person, "committer": person, "message": .string(commit.message),
                "tree": ["sha": .string(commit.treeSHA), "url": "\(api)/git/trees/\(commit.treeSHA)"],
                "url": "\(api)/git/commits/\(commit.sha)", "comment_count": 0,
                "verification": [
                    "verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil,
                ],
            ],
            "url": .string(url), "html_url": "\(configuration.webURL)/\(repository.name)/commit/\(commit.sha)",
            "comments_url": "\(url)/comments", "author": userJSON(commit.author), "committer": userJSON(commit.author),
            "parents": [],
        ]
    }

    /// A branch as lists hold it.
    func branchJSON(_ name: String, _ sha: String, of repository: Repository) -> JSON {
        let url = "\(configuration.apiURL)/repos/\(repository.name)/commits/\(sha)"
        return ["name": .string(name), "commit": ["sha": .string(sha), "url": .string(url)], "protected": false]
    }

    /// A branch as Git's own part of the API shows it.
    func referenceJSON(_ name: String, _ sha: String, of repository: Repository) -> JSON {
        let api = "\(configuration.apiURL)/repos/\(repository.name)/git"
        return [
            "ref": "refs/heads/\(name)", "node_id": "REF_\(Base64.encode(Array("\(repository.id):\(name)".utf8)))",
            "url": "\(api)/refs/heads/\(name)",
            "object": ["sha": .string(sha), "type": "commit", "url": "\(api)/commits/\(sha)"],
        ]
    }
}
