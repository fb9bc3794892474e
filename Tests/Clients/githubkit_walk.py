"""Walks pages, filters, jobs, workflows, artifacts and runners with githubkit."""

import os

from githubkit import GitHub

from said import ADMIN_TOKEN, API, OWNER, REPOSITORY, TOKEN, say

options = {"base_url": API}
if os.environ.get("API_MAY_BE_CACHED"):
    # githubkit asks to revalidate with every request, for the sake of its own cache; this takes the wish back.
    options |= {
        "http_cache": False,
        "event_hooks": {"request": [lambda request: request.headers.pop("Cache-Control", None)]},
    }
github = GitHub(TOKEN, **options)
actions = github.rest.actions
here = {"owner": OWNER, "repo": REPOSITORY}


def plain(model):
    return model.model_dump(mode="json")


def walk(request, part, **parameters):
    return list(github.rest.paginate(request, map_func=lambda page: getattr(page.parsed_data, part), **parameters))


say("repository", plain(github.rest.repos.get(**here).parsed_data))
runs = walk(actions.list_workflow_runs_for_repo, "workflow_runs", per_page=4, **here)
say("runs by fours", [plain(run) for run in runs])
whole = actions.list_workflow_runs_for_repo(per_page=100, **here)
say("runs", [whole.parsed_data.total_count, [run.id for run in whole.parsed_data.workflow_runs]])
for wanted in (
    {"status": "completed"},
    {"status": "failure"},
    {"branch": "topic"},
    {"event": "workflow_dispatch"},
    {"branch": "topic", "status": "success", "exclude_pull_requests": True},
):
    found = walk(actions.list_workflow_runs_for_repo, "workflow_runs", per_page=4, **wanted, **here)
    say(f"runs {wanted}", [[run.id, run.status, run.conclusion, run.event, run.head_branch, run.url] for run in found])

for run in runs[:3]:
    say(f"run {run.id}", plain(actions.get_workflow_run(run_id=run.id, **here).parsed_data))
    jobs = walk(actions.list_jobs_for_workflow_run, "jobs", run_id=run.id, filter_="all", per_page=1, **here)
    say(f"jobs {run.id}", [plain(job) for job in jobs])
    say(f"job {jobs[0].id}", plain(actions.get_job_for_workflow_run(job_id=jobs[0].id, **here).parsed_data))
    artifacts = walk(actions.list_workflow_run_artifacts, "artifacts", run_id=run.id, **here)
    say(f"artifacts {run.id}", [plain(artifact) for artifact in artifacts])

for workflow in walk(actions.list_repo_workflows, "workflows", per_page=1, **here):
    say(f"workflow {workflow.id}", plain(workflow))
    found = walk(actions.list_workflow_runs, "workflow_runs", workflow_id=workflow.id, branch="main", **here)
    say(f"runs of {workflow.id}", [run.id for run in found])
say("workflow by file", plain(actions.get_workflow(workflow_id="ci.yml", **here).parsed_data))
say("artifacts", [plain(one) for one in walk(actions.list_artifacts_for_repo, "artifacts", per_page=1, **here)])

github = GitHub(ADMIN_TOKEN, **options)
found = walk(github.rest.actions.list_self_hosted_runners_for_repo, "runners", per_page=2, **here)
say("runners", [plain(runner) for runner in found])
