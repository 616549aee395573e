package main

import (
	"github.com/hashicorp/go-tfe"
)

// belongings lists what belongs to a workspace or a run.
func (l *listing) belongings(w *world) {
	page := tfe.ListOptions{PageNumber: 1, PageSize: 1}
	l.configurationVersions(w, page)
	l.states(w, page)
	l.ofRun(w, page)

	for _, key := range []string{"one", "two"} {
		_, err := l.Variables.Create(l.ctx, w.alpha.ID, tfe.VariableCreateOptions{
			Key: &key, Value: tfe.String("x"), Category: tfe.Category(tfe.CategoryEnv),
		})
		if err != nil {
			l.seen["create variables"] = []string{nameOf(err)}
		}
	}
	variables, err := l.Variables.List(l.ctx, w.alpha.ID, with(l.used, &tfe.VariableListOptions{ListOptions: tfe.ListOptions{PageNumber: 1, PageSize: 100}}))
	if err != nil {
		variables = &tfe.VariableList{}
	}
	answered(l, "variables", variables.Items, err, func(one *tfe.Variable) string { return one.Key })

	configurations, err := l.NotificationConfigurations.List(l.ctx, w.alpha.ID, with(l.used, &tfe.NotificationConfigurationListOptions{
		ListOptions: page, SubscribableChoice: &tfe.NotificationConfigurationSubscribableChoice{Workspace: w.alpha},
	}))
	if err != nil {
		configurations = &tfe.NotificationConfigurationList{}
	}
	answered(l, "notification configurations", configurations.Items, err, func(one *tfe.NotificationConfiguration) string { return one.Name })

	queue, err := l.Organizations.ReadRunQueue(l.ctx, l.organization, *with(l.used, &tfe.ReadRunQueueOptions{ListOptions: page}))
	if err != nil {
		queue = &tfe.RunQueue{}
	}
	answered(l, "run queue", queue.Items, err, message)
}

func (l *listing) configurationVersions(w *world, page tfe.ListOptions) {
	for _, options := range []tfe.ConfigurationVersionListOptions{
		{ListOptions: page}, {Include: []tfe.ConfigVerIncludeOpt{tfe.ConfigVerIngressAttributes}},
	} {
		question := joined(append([]string{"configuration versions"}, mapped(options.Include, func(one tfe.ConfigVerIncludeOpt) string { return string(one) })...)...)
		list, err := l.ConfigurationVersions.List(l.ctx, w.alpha.ID, with(l.used, &options))
		if err != nil {
			list = &tfe.ConfigurationVersionList{}
		}
		answered(l, question, list.Items, err, func(one *tfe.ConfigurationVersion) string { return string(one.Status) })
	}
}

func (l *listing) states(w *world, page tfe.ListOptions) {
	states, err := l.StateVersions.List(l.ctx, with(l.used, &tfe.StateVersionListOptions{
		ListOptions: page, Organization: l.organization, Workspace: w.alpha.Name,
	}))
	if err != nil {
		states = &tfe.StateVersionList{}
	}
	answered(l, "state versions", states.Items, err, func(one *tfe.StateVersion) string { return string(one.Status) })
	for _, state := range states.Items {
		outputs, err := l.StateVersions.ListOutputs(l.ctx, state.ID, with(l.used, &tfe.StateVersionOutputsListOptions{ListOptions: page}))
		if err != nil {
			outputs = &tfe.StateVersionOutputsList{}
		}
		answered(l, "outputs", outputs.Items, err, func(one *tfe.StateVersionOutput) string { return one.Name })
	}
}

func (l *listing) ofRun(w *world, page tfe.ListOptions) {
	for _, include := range []tfe.RunEventIncludeOpt{tfe.RunEventComment, tfe.RunEventActor} {
		events, err := l.RunEvents.List(l.ctx, w.applied.ID, with(l.used, &tfe.RunEventListOptions{Include: []tfe.RunEventIncludeOpt{include}}))
		if err != nil {
			events = &tfe.RunEventList{}
		}
		answered(l, "run events "+string(include), events.Items, err, func(one *tfe.RunEvent) string { return one.Action })
	}
	checks, err := l.PolicyChecks.List(l.ctx, w.applied.ID, with(l.used, &tfe.PolicyCheckListOptions{
		ListOptions: page, Include: []tfe.PolicyCheckIncludeOpt{tfe.PolicyCheckRun, tfe.PolicyCheckRunWorkspace},
	}))
	if err != nil {
		checks = &tfe.PolicyCheckList{}
	}
	answered(l, "policy checks", checks.Items, err, func(one *tfe.PolicyCheck) string { return string(one.Status) })
	stages, err := l.TaskStages.List(l.ctx, w.applied.ID, with(l.used, &tfe.TaskStageListOptions{ListOptions: page}))
	if err != nil {
		stages = &tfe.TaskStageList{}
	}
	answered(l, "task stages", stages.Items, err, func(one *tfe.TaskStage) string { return string(one.Stage) })
}
