extension SimulatedGitHub.Graph.Schema {
    /// The part of GitHub's schema that is simulated, which a test reads; nothing at all if it cannot be read.
    static let github: Self? = try? Self(
        [entry, repositories, code, checks, accounts, connections, scalars].joined(separator: "\n")
    )

    private static let entry = """
        type Query {
          repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
          viewer: User!
          user(login: String!): User
          organization(login: String!): Organization
          repositoryOwner(login: String!): RepositoryOwner
          node(id: ID!): Node
          nodes(ids: [ID!]!): [Node]!
          rateLimit(dryRun: Boolean = false): RateLimit
        }
        type Mutation {
          addStar(input: AddStarInput!): AddStarPayload
          removeStar(input: RemoveStarInput!): RemoveStarPayload
          updateRepository(input: UpdateRepositoryInput!): UpdateRepositoryPayload
        }
        input AddStarInput { starrableId: ID!, clientMutationId: String }
        input RemoveStarInput { starrableId: ID!, clientMutationId: String }
        input UpdateRepositoryInput { repositoryId: ID!, description: String, homepageUrl: URI, clientMutationId: String }
        type AddStarPayload { starrable: Starrable, clientMutationId: String }
        type RemoveStarPayload { starrable: Starrable, clientMutationId: String }
        type UpdateRepositoryPayload { repository: Repository, clientMutationId: String }
        type RateLimit {
          limit: Int!, cost: Int!, remaining: Int!, used: Int!, resetAt: DateTime!, nodeCount: Int!
        }
        interface Node { id: ID! }
        interface Starrable { id: ID!, stargazerCount: Int!, viewerHasStarred: Boolean! }
        """

    private static let repositories = """
        type Repository implements Node & Starrable {
          id: ID!, databaseId: Int, name: String!, nameWithOwner: String!, owner: RepositoryOwner!, parent: Repository
          templateRepository: Repository, description: String, homepageUrl: URI, openGraphImageUrl: URI!
          usesCustomOpenGraphImage: Boolean!, url: URI!, resourcePath: URI!, sshUrl: GitSSHRemote!, mirrorUrl: URI
          securityPolicyUrl: URI, createdAt: DateTime!, pushedAt: DateTime, updatedAt: DateTime!
          isBlankIssuesEnabled: Boolean!, isSecurityPolicyEnabled: Boolean, hasIssuesEnabled: Boolean!
          hasProjectsEnabled: Boolean!, hasWikiEnabled: Boolean!, hasDiscussionsEnabled: Boolean!
          mergeCommitAllowed: Boolean!, squashMergeAllowed: Boolean!, rebaseMergeAllowed: Boolean!
          autoMergeAllowed: Boolean!, deleteBranchOnMerge: Boolean!, forkCount: Int!, forkingAllowed: Boolean!
          stargazerCount: Int!, diskUsage: Int, isArchived: Boolean!, isDisabled: Boolean!, isEmpty: Boolean!
          isFork: Boolean!, isInOrganization: Boolean!, isMirror: Boolean!, isPrivate: Boolean!, isTemplate: Boolean!
          isUserConfigurationRepository: Boolean!, visibility: RepositoryVisibility!, viewerCanAdminister: Boolean!
          viewerDefaultCommitEmail: String, viewerDefaultMergeMethod: PullRequestMergeMethod!
          viewerHasStarred: Boolean!, viewerPermission: RepositoryPermission
          viewerPossibleCommitEmails: [String!], viewerSubscription: SubscriptionState
          codeOfConduct: CodeOfConduct, contactLinks: [RepositoryContactLink!], fundingLinks: [FundingLink!]!
          licenseInfo: License, primaryLanguage: Language, latestRelease: Release
          issueTemplates: [IssueTemplate!], pullRequestTemplates: [PullRequestTemplate!]
          defaultBranchRef: Ref, ref(qualifiedName: String!): Ref, object(expression: String, oid: GitObjectID): GitObject
          refs(refPrefix: String!, first: Int, last: Int, after: String, before: String): RefConnection
          pullRequest(number: Int!): PullRequest
          pullRequests(
            first: Int, last: Int, after: String, before: String, states: [PullRequestState!], headRefName: String
            baseRefName: String, labels: [String!], orderBy: IssueOrder
          ): PullRequestConnection!
          issues(first: Int, last: Int, after: String, before: String, states: [IssueState!]): IssueConnection!
          watchers(first: Int, last: Int, after: String, before: String): UserConnection!
          stargazers(first: Int, last: Int, after: String, before: String): StargazerConnection!
          assignableUsers(first: Int, last: Int, after: String, before: String, query: String): UserConnection!
          mentionableUsers(first: Int, last: Int, after: String, before: String, query: String): UserConnection!
          repositoryTopics(first: Int, last: Int, after: String, before: String): RepositoryTopicConnection!
          languages(first: Int, last: Int, after: String, before: String): LanguageConnection
          labels(first: Int, last: Int, after: String, before: String): LabelConnection
          milestones(first: Int, last: Int, after: String, before: String, states: [MilestoneState!]): MilestoneConnection
          projects(first: Int, last: Int, after: String, before: String, states: [ProjectState!]): ProjectConnection!
        }
        type CodeOfConduct { key: String!, name: String!, url: URI }
        type RepositoryContactLink { about: String!, name: String!, url: URI! }
        type FundingLink { platform: String!, url: URI! }
        type License { key: String!, name: String!, nickname: String, spdxId: String }
        type Language { id: ID!, name: String!, color: String }
        type Release { id: ID!, name: String, tagName: String!, url: URI!, publishedAt: DateTime }
        type IssueTemplate { name: String!, title: String, body: String, about: String }
        type PullRequestTemplate { filename: String, body: String }
        type RepositoryTopic { topic: Topic!, url: URI! }
        type Topic { name: String! }
        type Issue { id: ID!, number: Int!, title: String! }
        type Label { id: ID!, name: String!, description: String, color: String! }
        type Milestone { number: Int!, title: String!, description: String, dueOn: DateTime }
        type Project { id: ID!, name: String!, number: Int!, body: String, resourcePath: URI! }
        """

    private static let code = """
        type Ref implements Node { id: ID!, name: String!, prefix: String!, target: GitObject, repository: Repository! }
        interface GitObject { id: ID!, oid: GitObjectID!, abbreviatedOid: String!, repository: Repository! }
        type Commit implements Node & GitObject {
          id: ID!, oid: GitObjectID!, abbreviatedOid: String!, repository: Repository!, url: URI!, message: String!
          messageHeadline: String!, messageBody: String!, committedDate: DateTime!, authoredDate: DateTime!
          author: GitActor, statusCheckRollup: StatusCheckRollup
          checkSuites(first: Int, last: Int, after: String, before: String): CheckSuiteConnection
        }
        type Blob implements Node & GitObject {
          id: ID!, oid: GitObjectID!, abbreviatedOid: String!, repository: Repository!, text: String, byteSize: Int!
          isBinary: Boolean
        }
        type Tree implements Node & GitObject {
          id: ID!, oid: GitObjectID!, abbreviatedOid: String!, repository: Repository!, entries: [TreeEntry!]
        }
        type TreeEntry { name: String!, path: String, type: String!, object: GitObject }
        type GitActor { name: String, email: String, date: DateTime, user: User }
        type PullRequest implements Node {
          id: ID!, databaseId: Int, number: Int!, title: String!, body: String!, state: PullRequestState!, url: URI!
          createdAt: DateTime!, updatedAt: DateTime!, closed: Boolean!, isDraft: Boolean!, isCrossRepository: Boolean!
          headRefName: String!, headRefOid: GitObjectID!, baseRefName: String!, headRepository: Repository
          headRepositoryOwner: RepositoryOwner, author: Actor, mergeable: MergeableState!
          commits(first: Int, last: Int, after: String, before: String): PullRequestCommitConnection!
        }
        type PullRequestCommit { id: ID!, commit: Commit! }
        """

    private static let checks = """
        type StatusCheckRollup {
          state: StatusState!
          contexts(first: Int, last: Int, after: String, before: String): StatusCheckRollupContextConnection!
        }
        type CheckSuite implements Node {
          id: ID!, databaseId: Int, status: CheckStatusState!, conclusion: CheckConclusionState, createdAt: DateTime!
          updatedAt: DateTime!, url: URI!, branch: Ref, commit: Commit!, app: App, workflowRun: WorkflowRun
          checkRuns(first: Int, last: Int, after: String, before: String): CheckRunConnection
        }
        type CheckRun implements Node {
          id: ID!, databaseId: Int, name: String!, status: CheckStatusState!, conclusion: CheckConclusionState
          startedAt: DateTime, completedAt: DateTime, detailsUrl: URI, url: URI!, checkSuite: CheckSuite!
          annotations(first: Int, last: Int, after: String, before: String): CheckAnnotationConnection
          isRequired(pullRequestId: ID, pullRequestNumber: Int): Boolean!
        }
        type CheckAnnotation { message: String!, path: String!, annotationLevel: CheckAnnotationLevel, title: String }
        type WorkflowRun implements Node {
          id: ID!, databaseId: Int, runNumber: Int!, event: String!, createdAt: DateTime!, updatedAt: DateTime!, url: URI!
          workflow: Workflow!, checkSuite: CheckSuite!
        }
        type Workflow implements Node {
          id: ID!, databaseId: Int, name: String!, state: WorkflowState!, url: URI!, createdAt: DateTime!
          updatedAt: DateTime!, runs(first: Int, last: Int, after: String, before: String): WorkflowRunConnection!
        }
        type StatusContext { context: String!, state: StatusState!, targetUrl: URI, createdAt: DateTime! }
        union StatusCheckRollupContext = CheckRun | StatusContext
        type App { name: String!, slug: String! }
        """

    private static let accounts = """
        interface Actor { login: String!, url: URI!, avatarUrl(size: Int): URI!, resourcePath: URI! }
        interface RepositoryOwner {
          id: ID!, login: String!, url: URI!, avatarUrl(size: Int): URI!, resourcePath: URI!
          repository(name: String!): Repository, repositories(\(repositoryFilter)): RepositoryConnection!
        }
        type User implements Node & Actor & RepositoryOwner {
          id: ID!, databaseId: Int, login: String!, name: String, email: String!, url: URI!, avatarUrl(size: Int): URI!
          resourcePath: URI!, createdAt: DateTime!, isViewer: Boolean!, repository(name: String!): Repository
          repositories(\(repositoryFilter)): RepositoryConnection!
        }
        type Organization implements Node & Actor & RepositoryOwner {
          id: ID!, databaseId: Int, login: String!, name: String, url: URI!, avatarUrl(size: Int): URI!
          resourcePath: URI!, createdAt: DateTime!, repository(name: String!): Repository
          repositories(\(repositoryFilter)): RepositoryConnection!
        }
        input RepositoryOrder { field: RepositoryOrderField!, direction: OrderDirection! }
        input IssueOrder { field: IssueOrderField!, direction: OrderDirection! }
        """

    private static let repositoryFilter = """
        first: Int, last: Int, after: String, before: String, privacy: RepositoryPrivacy, isFork: Boolean
        visibility: RepositoryVisibility, isArchived: Boolean, affiliations: [RepositoryAffiliation]
        ownerAffiliations: [RepositoryAffiliation], orderBy: RepositoryOrder
        """

    private static let connections: String = {
        let page =
            "type PageInfo {"
            + " hasNextPage: Boolean!, hasPreviousPage: Boolean!, startCursor: String, endCursor: String }"
        let all = [
            ("Repository", "Repository", ""), ("Ref", "Ref", ""), ("PullRequest", "PullRequest", ""),
            ("Issue", "Issue", ""), ("User", "User", ""), ("Stargazer", "User", ""),
            ("RepositoryTopic", "RepositoryTopic", ""), ("Language", "Language", "size: Int!"),
            ("Label", "Label", ""), ("Milestone", "Milestone", ""), ("Project", "Project", ""),
            ("PullRequestCommit", "PullRequestCommit", ""), ("CheckSuite", "CheckSuite", ""),
            ("CheckRun", "CheckRun", ""), ("CheckAnnotation", "CheckAnnotation", ""),
            ("WorkflowRun", "WorkflowRun", ""), ("StatusCheckRollupContext", "StatusCheckRollupContext", ""),
        ]
        let pairs = all.map { name, node, more in
            """
            type \(name)Connection { totalCount: Int!, nodes: [\(node)], edges: [\(name)Edge], pageInfo: PageInfo! }
            type \(name)Edge { cursor: String!, node: \(node) \(more) }
            """
        }
        return ([page] + pairs).joined(separator: "\n")
    }()

    private static let scalars = """
        scalar URI scalar DateTime scalar GitObjectID scalar GitSSHRemote
        enum OrderDirection { ASC DESC }
        enum RepositoryOrderField { CREATED_AT NAME PUSHED_AT STARGAZERS UPDATED_AT }
        enum IssueOrderField { COMMENTS CREATED_AT UPDATED_AT }
        enum RepositoryPrivacy { PRIVATE PUBLIC }
        enum RepositoryVisibility { INTERNAL PRIVATE PUBLIC }
        enum RepositoryAffiliation { COLLABORATOR ORGANIZATION_MEMBER OWNER }
        enum RepositoryPermission { ADMIN MAINTAIN READ TRIAGE WRITE }
        enum PullRequestMergeMethod { MERGE REBASE SQUASH }
        enum SubscriptionState { IGNORED SUBSCRIBED UNSUBSCRIBED }
        enum PullRequestState { CLOSED MERGED OPEN }
        enum IssueState { CLOSED OPEN }
        enum MilestoneState { CLOSED OPEN }
        enum ProjectState { CLOSED OPEN }
        enum MergeableState { CONFLICTING MERGEABLE UNKNOWN }
        enum StatusState { ERROR EXPECTED FAILURE PENDING SUCCESS }
        enum CheckStatusState { COMPLETED IN_PROGRESS PENDING QUEUED REQUESTED WAITING }
        enum CheckConclusionState {
          ACTION_REQUIRED CANCELLED FAILURE NEUTRAL SKIPPED STALE STARTUP_FAILURE SUCCESS TIMED_OUT
        }
        enum CheckAnnotationLevel { FAILURE NOTICE WARNING }
        enum WorkflowState { ACTIVE DELETED DISABLED_FORK DISABLED_INACTIVITY DISABLED_MANUALLY }
        """
}
