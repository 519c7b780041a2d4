"""The signs of CI systems: `env` of each vendor in ci-info 4 (MIT license, Copyright Thomas Watson Steen).

A text is a variable that is set; an object says what it must hold; of a list all must hold. test/system/python/ holds this
against the npm package.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VENDORS: list[Any] = [
    "AGOLA_GIT_REF",
    "ALPIC_HOST",
    "AC_APPCIRCLE",
    "APPVEYOR",
    "CODEBUILD_BUILD_ARN",
    "TF_BUILD",
    "bamboo_planKey",
    "BITBUCKET_COMMIT",
    "BITRISE_IO",
    "BUDDY_WORKSPACE_ID",
    "BUILDKITE",
    "CAPAWESOME_CLOUD",
    "CIRCLECI",
    "CIRRUS_CI",
    "CF_PAGES",
    "WORKERS_CI",
    "CF_BUILD_ID",
    "CM_BUILD_ID",
    {"CI_NAME": "codeship"},
    "DRONE",
    "DSARI",
    "EARTHLY_CI",
    "EAS_BUILD",
    "GERRIT_PROJECT",
    "GITEA_ACTIONS",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "GO_PIPELINE_LABEL",
    "BUILDER_OUTPUT",
    "HARNESS_BUILD_ID",
    {"env": "NODE", "includes": "/app/.heroku/node/bin/node"},
    "HUDSON_URL",
    ["JENKINS_URL", "BUILD_ID"],
    "LAYERCI",
    "MAGNUM",
    "NETLIFY",
    "NEVERCODE",
    "PROW_JOB_ID",
    "RELEASE_BUILD_ID",
    "RENDER",
    "RWX",
    "SAILCI",
    "SCREWDRIVER",
    "SEMAPHORE",
    {"CI_NAME": "sourcehut"},
    "STRIDER",
    ["TASK_ID", "RUN_ID"],
    "TEAMCITY_VERSION",
    "TRAVIS",
    "VELA",
    {"any": ["NOW_BUILDER", "VERCEL"]},
    "APPCENTER_BUILD_ID",
    {"CI": "woodpecker"},
    "CI_XCODE_PROJECT",
    "XCS",
]
