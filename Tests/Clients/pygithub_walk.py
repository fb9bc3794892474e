"""Walks pages, filters, jobs, workflows, artifacts and runners with PyGithub."""

from github import Auth, Github

from said import ADMIN_TOKEN, API, OWNER, REPOSITORY, TOKEN, say


def client(token, per_page=30):
    # It pauses between requests unless told otherwise.
    return Github(auth=Auth.Token(token), base_url=API, per_page=per_page, seconds_between_requests=0)


def brief(run):
    return [run.id, run.status, run.conclusion, run.event, run.head_branch, run.url, run.created_at, run.run_attempt]


repository = client(TOKEN).get_repo(f"{OWNER}/{REPOSITORY}")
say("repository", repository.raw_data)

runs = repository.get_workflow_runs()
say("runs", [runs.totalCount, [brief(run) for run in runs]])
small = client(TOKEN, per_page=4).get_repo(f"{OWNER}/{REPOSITORY}")
pages = small.get_workflow_runs()
say("runs by fours", [[run.id for run in pages.get_page(page)] for page in range(4)])
say("runs backwards", [run.id for run in small.get_workflow_runs().reversed])
for wanted in (
    {"status": "completed"},
    {"status": "failure"},
    {"branch": "topic"},
    {"event": "workflow_dispatch"},
    {"branch": "topic", "status": "success", "exclude_pull_requests": True},
):
    say(f"runs {wanted}", [brief(run) for run in small.get_workflow_runs(**wanted)])

for run in list(runs[:3]):
    say(f"run {run.id}", run.raw_data)
    say(f"jobs {run.id}", [[job.raw_data, len(job.steps)] for job in run.jobs("all")])
    say(f"artifacts {run.id}", [artifact.raw_data for artifact in run.get_artifacts()])

for workflow in repository.get_workflows():
    say(f"workflow {workflow.id}", workflow.raw_data)
    say(f"runs of {workflow.id}", [run.id for run in workflow.get_runs(branch="main")])
say("workflow by file", repository.get_workflow("ci.yml").raw_data)
say("artifacts", [[artifact.id, artifact.name, artifact.size_in_bytes] for artifact in small.get_artifacts()])

admin = client(ADMIN_TOKEN, per_page=2)
runners = admin.get_repo(f"{OWNER}/{REPOSITORY}").get_self_hosted_runners()
say("runners", [runners.totalCount, [[runner.id, runner.name, runner.status, runner.labels] for runner in runners]])
