import GitHubCore

extension SimulatedGitHub {
    /// The minimal form, which runs embed: the same for every reader.
    func minimalJSON(_ repository: Repository) -> JSON {
        let url = "\(configuration.apiURL)/repos/\(repository.name)"
        let paths: [(String, String)] = [
            ("forks_url", "/forks"), ("keys_url", "/keys{/key_id}"),
            ("collaborators_url", "/collaborators{/collaborator}"), ("teams_url", "/teams"), ("hooks_url", "/hooks"),
            ("issue_events_url", "/issues/events{/number}"), ("events_url", "/events"),
            ("assignees_url", "/assignees{/user}"), ("branches_url", "/branches{/branch}"), ("tags_url", "/tags"),
            ("blobs_url", "/git/blobs{/sha}"), ("git_tags_url", "/git/tags{/sha}"), ("git_refs_url", "/git/refs{/sha}"),
            ("trees_url", "/git/trees{/sha}"), ("statuses_url", "/statuses/{sha}"), ("languages_url", "/languages"),
            ("stargazers_url", "/stargazers"), ("contributors_url", "/contributors"),
            ("subscribers_url", "/subscribers"), ("subscription_url", "/subscription"),
            ("commits_url", "/commits{/sha}"), ("git_commits_url", "/git/commits{/sha}"),
            ("comments_url", "/comments{/number}"), ("issue_comment_url", "/issues/comments{/number}"),
            ("contents_url", "/contents/{+path}"), ("compare_url", "/compare/{base}...{head}"),
            ("merges_url", "/merges"),
            ("archive_url", "/{archive_format}{/ref}"), ("downloads_url", "/downloads"),
            ("issues_url", "/issues{/number}"), ("pulls_url", "/pulls{/number}"),
            ("milestones_url", "/milestones{/number}"),
            ("notifications_url", "/notifications{?since,all,participating}"), ("labels_url", "/labels{/name}"),
            ("releases_url", "/releases{/id}"), ("deployments_url", "/deployments"),
        ]
        let own: JSON = [
            "id": .integer(repository.id), "node_id": .string(NodeID.make("R", repository.id)),
            "name": .string(repository.name.name), "full_name": .string("\(repository.name)"),
            "private": .bool(repository.isPrivate), "owner": userJSON(repository.name.owner),
            "html_url": "\(configuration.webURL)/\(repository.name)", "description": .optional(repository.description),
            "fork": false,
            "url": .string(url),
        ]
        return own.adding(paths.map { JSON.Member($0.0, .string(url + $0.1)) })
    }

    /// The fuller form at the top of payloads.
    func webhookJSON(_ repository: Repository) -> JSON {
        let isOwned = account(repository.name.owner)?.isOrganization ?? false
        let more: [JSON.Member] = isOwned ? [.init("custom_properties", .object([]))] : []
        return detailedJSON(repository, hasDownloads: true).adding(more)
    }

    /// The form of lists, with what the reader may do.
    func listedJSON(_ repository: Repository, reader: Caller, hasDownloads: Bool) -> JSON {
        detailedJSON(repository, hasDownloads: hasDownloads).adding(permissions(reader, repository))
    }

    /// The form of `GET /repos/{owner}/{repo}`, with what the reader may do.
    func fullJSON(_ repository: Repository, reader: Caller, hasDownloads: Bool) -> JSON {
        var more = permissions(reader, repository)
        if !more.isEmpty { more.append(.init("temp_clone_token", repository.isPrivate ? "" : nil)) }
        if access(of: reader, to: repository) == .admin {
            more += [
                .init("allow_squash_merge", true), .init("allow_merge_commit", true), .init("allow_rebase_merge", true),
                .init("allow_auto_merge", false), .init("delete_branch_on_merge", false),
                .init("allow_update_branch", false), .init("use_squash_pr_title_as_default", false),
                .init("squash_merge_commit_message", "COMMIT_MESSAGES"),
                .init("squash_merge_commit_title", "COMMIT_OR_PR_TITLE"), .init("merge_commit_message", "PR_TITLE"),
                .init("merge_commit_title", "MERGE_MESSAGE"),
            ]
        }
        if let owner = account(repository.name.owner), owner.isOrganization {
            more += [.init("custom_properties", .object([])), .init("organization", json(owner))]
        }
        more += [.init("network_count", 0), .init("subscribers_count", 1)]
        return detailedJSON(repository, hasDownloads: hasDownloads).adding(more)
    }

    private func detailedJSON(_ repository: Repository, hasDownloads: Bool) -> JSON {
        minimalJSON(repository).adding(details(repository, hasDownloads: hasDownloads))
    }

    private func permissions(_ reader: Caller, _ repository: Repository) -> [JSON.Member] {
        guard reader.isAuthenticated else { return [] }
        let access = access(of: reader, to: repository)
        return [
            .init(
                "permissions",
                [
                    "admin": .bool(access == .admin), "maintain": .bool(access == .admin),
                    "push": .bool(access >= .write), "triage": .bool(access >= .write), "pull": true,
                ]
            )
        ]
    }

    private func details(_ repository: Repository, hasDownloads: Bool) -> [JSON.Member] {
        let web = "github.com/\(repository.name)"
        let stars = JSON.integer(Int64(repository.stars.count))
        let members: [JSON.Member] = [
            .init("created_at", .string(repository.createdAt.rfc3339)),
            .init("updated_at", .string(repository.updatedAt.rfc3339)),
            .init("pushed_at", .string(repository.pushedAt.rfc3339)), .init("git_url", "git://\(web).git"),
            .init("ssh_url", "git@github.com:\(repository.name).git"), .init("clone_url", "https://\(web).git"),
            .init("svn_url", "https://\(web)"), .init("homepage", .optional(repository.homepage)), .init("size", 14),
            .init("stargazers_count", stars), .init("watchers_count", stars), .init("language", nil),
            .init("has_issues", true), .init("has_projects", true), .init("has_downloads", true),
            .init("has_wiki", true), .init("has_pages", false), .init("has_discussions", false),
            .init("forks_count", 0), .init("mirror_url", nil), .init("archived", false), .init("disabled", false),
            .init("open_issues_count", 0), .init("license", nil), .init("allow_forking", true),
            .init("is_template", false), .init("web_commit_signoff_required", false),
            .init("topics", .array(repository.topics.map { .string($0) })),
            .init("visibility", repository.isPrivate ? "private" : "public"), .init("forks", 0),
            .init("open_issues", 0), .init("watchers", stars),
            .init("default_branch", .string(Repository.defaultBranch)),
        ]
        return hasDownloads ? members : members.filter { $0.key != "has_downloads" }
    }
}
