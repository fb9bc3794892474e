/// The events whose payloads this program uses.
package enum EventName: String, Hashable, Sendable, CaseIterable {
    case workflowRun = "workflow_run"
    case workflowJob = "workflow_job"
    case ping
    case checkRun = "check_run"
    case checkSuite = "check_suite"
    case push
    case create
    case delete
    case pullRequest = "pull_request"
    case status
    case workflowDispatch = "workflow_dispatch"
    case repository
    case `public`
    case member
    case team
    case teamAdd = "team_add"
    case membership
    case organization
    case installation
    case installationRepositories = "installation_repositories"
}
