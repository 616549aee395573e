package main

import (
	"github.com/hashicorp/go-tfe"
)

// world is what the lists are asked about.
type world struct {
	user                      string
	project                   *tfe.Project
	team                      *tfe.Team
	alpha, alphabet, beta     *tfe.Workspace
	applied                   *tfe.Run
	alphaVersion, betaVersion *tfe.ConfigurationVersion
}

func (l *listing) prepare() (*world, error) {
	w := &world{}
	if err := l.createOrganization(l.ctx); err != nil {
		return nil, err
	}
	user, err := l.Users.ReadCurrent(l.ctx)
	if err != nil {
		return nil, err
	}
	w.user = user.Username
	if w.project, err = l.Projects.Create(l.ctx, l.organization, tfe.ProjectCreateOptions{Name: "platform"}); err != nil {
		return nil, err
	}
	if err := l.prepareWorkspaces(w); err != nil {
		return nil, err
	}
	if err := l.preparePeople(w); err != nil {
		return nil, err
	}
	return w, l.prepareRuns(w)
}

func (l *listing) prepareWorkspaces(w *world) (err error) {
	create := func(options tfe.WorkspaceCreateOptions) *tfe.Workspace {
		if err != nil {
			return nil
		}
		var created *tfe.Workspace
		created, err = l.Workspaces.Create(l.ctx, l.organization, options)
		return created
	}
	w.alpha = create(tfe.WorkspaceCreateOptions{Name: tfe.String("alpha"), Tags: []*tfe.Tag{{Name: "prod"}}})
	w.alphabet = create(tfe.WorkspaceCreateOptions{
		Name: tfe.String("alphabet"), TagBindings: []*tfe.TagBinding{{Key: "team", Value: "net"}},
	})
	w.beta = create(tfe.WorkspaceCreateOptions{Name: tfe.String("beta"), Project: w.project})
	return err
}

func (l *listing) prepareRuns(w *world) (err error) {
	if w.alphaVersion, err = l.upload(l.ctx, w.alpha.ID); err != nil {
		return err
	}
	if w.betaVersion, err = l.upload(l.ctx, w.beta.ID); err != nil {
		return err
	}
	run := func(message string, ends tfe.RunStatus, options tfe.RunCreateOptions) *tfe.Run {
		if err != nil {
			return nil
		}
		options.Message = &message
		options.Workspace, options.ConfigurationVersion = w.alpha, w.alphaVersion
		var created *tfe.Run
		if created, err = l.Runs.Create(l.ctx, options); err == nil {
			err = l.reaches(l.ctx, created.ID, ends)
		}
		return created
	}
	w.applied = run("build", tfe.RunApplied, tfe.RunCreateOptions{AutoApply: tfe.Bool(true)})
	run("look", tfe.RunPlannedAndFinished, tfe.RunCreateOptions{PlanOnly: tfe.Bool(true)})
	run("refresh", tfe.RunPlannedAndFinished, tfe.RunCreateOptions{RefreshOnly: tfe.Bool(true)})
	if err != nil {
		return err
	}
	return l.prepareDiscarded(w)
}

func (l *listing) prepareDiscarded(w *world) error {
	destroy, err := l.Runs.Create(l.ctx, tfe.RunCreateOptions{
		Workspace: w.alpha, ConfigurationVersion: w.alphaVersion, IsDestroy: tfe.Bool(true), Message: tfe.String("tear down"),
	})
	if err != nil {
		return err
	}
	if err := l.confirmable(l.ctx, destroy.ID); err != nil {
		return err
	}
	if err := l.Runs.Discard(l.ctx, destroy.ID, tfe.RunDiscardOptions{}); err != nil {
		return err
	}
	waiting, err := l.Runs.Create(l.ctx, tfe.RunCreateOptions{
		Workspace: w.beta, ConfigurationVersion: w.betaVersion, Message: tfe.String("beta waits"),
	})
	if err != nil {
		return err
	}
	return l.confirmable(l.ctx, waiting.ID)
}

func (l *listing) preparePeople(w *world) (err error) {
	for _, email := range []string{"ann@example.com", "bob@example.com"} {
		if _, err = l.OrganizationMemberships.Create(l.ctx, l.organization, tfe.OrganizationMembershipCreateOptions{Email: &email}); err != nil {
			return err
		}
	}
	for _, name := range []string{"operators", "readers"} {
		if w.team, err = l.Teams.Create(l.ctx, l.organization, tfe.TeamCreateOptions{Name: &name}); err != nil {
			return err
		}
	}
	_, err = l.TeamAccess.Add(l.ctx, tfe.TeamAccessAddOptions{Access: tfe.Access(tfe.AccessRead), Team: w.team, Workspace: w.alpha})
	return err
}
