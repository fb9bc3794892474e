"""Walks pages, filters, jobs, workflows, artifacts and runners with ghapi."""

from ghapi.all import GhApi, sync_pages

from said import ADMIN_TOKEN, API, OWNER, REPOSITORY, TOKEN, say


def client(token):
    return GhApi(owner=OWNER, repo=REPOSITORY, token=token, gh_host=API, sync=True)


api = client(TOKEN)


def walk(operation, part, api=api, **parameters):
    """All pages: the first tells how many there are, and the others are asked for at once."""
    first = operation(**parameters)
    count = api.last_page()
    pages = [first] if count < 2 else sync_pages(operation, count, **parameters)
    return [one for page in pages for one in page[part]]


say("repository", api.repos.get())
runs = walk(api.actions.list_workflow_runs_for_repo, "workflow_runs", per_page=4)
say("runs by fours", runs)
whole = api.actions.list_workflow_runs_for_repo(per_page=100)
say("runs", [whole.total_count, [run.id for run in whole.workflow_runs]])
for wanted in (
    {"status": "completed"},
    {"status": "failure"},
    {"branch": "topic"},
    {"event": "workflow_dispatch"},
    {"branch": "topic", "status": "success", "exclude_pull_requests": "true"},
):
    found = walk(api.actions.list_workflow_runs_for_repo, "workflow_runs", per_page=4, **wanted)
    say(f"runs {wanted}", [[run.id, run.status, run.conclusion, run.event, run.head_branch, run.url] for run in found])

for run in runs[:3]:
    say(f"run {run.id}", api.actions.get_workflow_run(run_id=run.id))
    # A whole URL out of an answer leads to the same place.
    say(f"jobs {run.id}", api(run.jobs_url))
    jobs = walk(api.actions.list_jobs_for_workflow_run, "jobs", run_id=run.id, filter="all", per_page=1)
    say(f"all jobs {run.id}", jobs)
    say(f"job {jobs[0].id}", api.actions.get_job_for_workflow_run(job_id=jobs[0].id))
    say(f"artifacts {run.id}", api.actions.list_workflow_run_artifacts(run_id=run.id))

for workflow in walk(api.actions.list_repo_workflows, "workflows", per_page=1):
    say(f"workflow {workflow.id}", workflow)
    found = walk(api.actions.list_workflow_runs, "workflow_runs", workflow_id=workflow.id, branch="main")
    say(f"runs of {workflow.id}", [run.id for run in found])
say("workflow by file", api.actions.get_workflow(workflow_id="ci.yml"))
say("artifacts", walk(api.actions.list_artifacts_for_repo, "artifacts", per_page=1))

admin = client(ADMIN_TOKEN)
say("runners", walk(admin.actions.list_self_hosted_runners_for_repo, "runners", admin, per_page=2))
