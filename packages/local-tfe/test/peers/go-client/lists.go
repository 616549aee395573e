package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/go-tfe"
)

// listing is what one chapter of lists works on: a question, and the names in the answer or the error.
type listing struct {
	*session
	ctx  context.Context
	used coverage
	seen map[string][]string
}

type pageSeen struct{ Page, Pages, Total, Next int }

// lists asks for every list with each of its options alone, so that an ignored option is seen.
func lists(ctx context.Context, s *session) (any, error) {
	l := &listing{session: s, ctx: ctx, used: coverage{}, seen: map[string][]string{}}
	world, err := l.prepare()
	if err != nil {
		return nil, err
	}
	l.workspaces(world)
	l.runs(world)
	l.runsOfOrganization(world)
	l.belongings(world)
	l.people(world)
	pages, err := l.paging()
	return map[string]any{"lists": l.seen, "unused": l.used.unused(), "paging": pages}, err
}

func answered[T any](l *listing, question string, items []T, err error, name func(T) string) {
	if err != nil {
		l.seen[question] = []string{"error: " + nameOf(err)}
		return
	}
	l.seen[question] = mapped(items, name)
}

func (l *listing) workspaces(w *world) {
	ask := func(question string, options tfe.WorkspaceListOptions) {
		list, err := l.Workspaces.List(l.ctx, l.organization, with(l.used, &options))
		if err != nil {
			list = &tfe.WorkspaceList{}
		}
		answered(l, "workspaces "+question, list.Items, err, sideLoaded(options.Include, workspaceSideLoads, workspaceName))
	}
	ask("all", tfe.WorkspaceListOptions{})
	ask("page", tfe.WorkspaceListOptions{ListOptions: tfe.ListOptions{PageNumber: 2, PageSize: 1}})
	ask("search", tfe.WorkspaceListOptions{Search: "alpha"})
	ask("wildcard", tfe.WorkspaceListOptions{WildcardName: "*bet"})
	ask("tags", tfe.WorkspaceListOptions{Tags: "prod"})
	ask("exclude-tags", tfe.WorkspaceListOptions{ExcludeTags: "prod"})
	ask("project", tfe.WorkspaceListOptions{ProjectID: w.project.ID})
	ask("current-run", tfe.WorkspaceListOptions{CurrentRunStatus: "planned"})
	ask("tag-bindings", tfe.WorkspaceListOptions{TagBindings: []*tfe.TagBinding{{Key: "team", Value: "net"}}})
	ask("sort -name", tfe.WorkspaceListOptions{Sort: "-name"})
	ask("sort -current-run", tfe.WorkspaceListOptions{Sort: "-current-run.created-at"})
	includes := []tfe.WSIncludeOpt{tfe.WSOrganization, tfe.WSCurrentConfigVer, tfe.WSCurrentConfigVerIngress, tfe.WSCurrentRun,
		tfe.WSCurrentRunPlan, tfe.WSCurrentRunConfigVer, tfe.WSCurrentrunConfigVerIngress, tfe.WSEffectiveTagBindings,
		tfe.WSLockedBy, tfe.WSReadme, tfe.WSOutputs, tfe.WSCurrentStateVer, tfe.WSProject}
	for _, include := range includes {
		ask("include "+string(include), tfe.WorkspaceListOptions{Include: []tfe.WSIncludeOpt{include}})
	}
}

func workspaceName(one *tfe.Workspace) string { return one.Name }

func message(run *tfe.Run) string { return run.Message }

var runIncludes = []tfe.RunIncludeOpt{tfe.RunPlan, tfe.RunApply, tfe.RunCreatedBy, tfe.RunCostEstimate, tfe.RunConfigVer,
	tfe.RunConfigVerIngress, tfe.RunWorkspace, tfe.RunTaskStages}

func (l *listing) runs(w *world) {
	ask := func(question string, options tfe.RunListOptions) {
		list, err := l.Runs.List(l.ctx, w.alpha.ID, with(l.used, &options))
		if err != nil {
			list = &tfe.RunList{}
		}
		answered(l, "runs "+question, list.Items, err, sideLoaded(options.Include, runSideLoads, message))
	}
	ask("all", tfe.RunListOptions{})
	ask("page", tfe.RunListOptions{ListOptions: tfe.ListOptions{PageNumber: 2, PageSize: 1}})
	ask("user", tfe.RunListOptions{User: w.user})
	ask("commit", tfe.RunListOptions{Commit: "abc123"})
	ask("search", tfe.RunListOptions{Search: "tear"})
	ask("status", tfe.RunListOptions{Status: "applied"})
	ask("source", tfe.RunListOptions{Source: string(tfe.RunSourceUI)})
	operations := []tfe.RunOperation{tfe.RunOperationPlanApply, tfe.RunOperationPlanOnly, tfe.RunOperationRefreshOnly,
		tfe.RunOperationDestroy, tfe.RunOperationEmptyApply, tfe.RunOperationSavePlan}
	for _, operation := range operations {
		ask("operation "+string(operation), tfe.RunListOptions{Operation: string(operation)})
	}
	for _, include := range runIncludes {
		ask("include "+string(include), tfe.RunListOptions{Include: []tfe.RunIncludeOpt{include}})
	}
}

func (l *listing) runsOfOrganization(w *world) {
	ask := func(question string, options tfe.RunListForOrganizationOptions) {
		list, err := l.Runs.ListForOrganization(l.ctx, l.organization, with(l.used, &options))
		if err != nil {
			list = &tfe.OrganizationRunList{}
		}
		answered(l, "organization's runs "+question, list.Items, err, sideLoaded(options.Include, runSideLoads, message))
	}
	ask("all", tfe.RunListForOrganizationOptions{})
	ask("page", tfe.RunListForOrganizationOptions{ListOptions: tfe.ListOptions{PageNumber: 2, PageSize: 1}})
	ask("user", tfe.RunListForOrganizationOptions{User: w.user})
	ask("commit", tfe.RunListForOrganizationOptions{Commit: "abc123"})
	ask("search", tfe.RunListForOrganizationOptions{Basic: "tear"})
	ask("status", tfe.RunListForOrganizationOptions{Status: "discarded"})
	ask("source", tfe.RunListForOrganizationOptions{Source: string(tfe.RunSourceAPI)})
	ask("operation", tfe.RunListForOrganizationOptions{Operation: string(tfe.RunOperationPlanOnly)})
	ask("agent pools", tfe.RunListForOrganizationOptions{AgentPoolNames: "pool"})
	ask("final", tfe.RunListForOrganizationOptions{StatusGroup: "final"})
	ask("non-final", tfe.RunListForOrganizationOptions{StatusGroup: "non_final"})
	ask("timeframe", tfe.RunListForOrganizationOptions{Timeframe: "2001"})
	ask("workspaces", tfe.RunListForOrganizationOptions{WorkspaceNames: "beta"})
	for _, include := range runIncludes {
		ask("include "+string(include), tfe.RunListForOrganizationOptions{Include: []tfe.RunIncludeOpt{include}})
	}
}

// paging walks through all runs of a workspace one by one, by what each page says of the next.
func (l *listing) paging() ([]pageSeen, error) {
	var pages []pageSeen
	for number := 1; number != 0; {
		list, err := l.Workspaces.List(l.ctx, l.organization, &tfe.WorkspaceListOptions{
			ListOptions: tfe.ListOptions{PageNumber: number, PageSize: 2},
		})
		if err != nil {
			return nil, err
		}
		if len(pages) > 10 {
			return nil, fmt.Errorf("pages without end: %v", pages)
		}
		pages = append(pages, pageSeen{list.CurrentPage, list.TotalPages, list.TotalCount, list.NextPage})
		number = list.NextPage
	}
	return pages, nil
}

func joined(parts ...string) string { return strings.Join(parts, " ") }
