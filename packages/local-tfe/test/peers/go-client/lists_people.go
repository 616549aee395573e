package main

import (
	"github.com/hashicorp/go-tfe"
)

// people lists organizations, projects, members and teams.
func (l *listing) people(w *world) {
	l.organizations()
	l.projects()
	l.memberships()
	l.teams()
	access, err := l.TeamAccess.List(l.ctx, with(l.used, &tfe.TeamAccessListOptions{
		ListOptions: tfe.ListOptions{PageNumber: 1, PageSize: 10}, WorkspaceID: w.alpha.ID,
	}))
	if err != nil {
		access = &tfe.TeamAccessList{}
	}
	answered(l, "team access", access.Items, err, func(one *tfe.TeamAccess) string { return string(one.Access) })
}

func (l *listing) organizations() {
	page := tfe.ListOptions{PageNumber: 1, PageSize: 100}
	list, err := l.Organizations.List(l.ctx, with(l.used, &tfe.OrganizationListOptions{ListOptions: page, Query: l.organization}))
	if err != nil {
		list = &tfe.OrganizationList{}
	}
	answered(l, "organizations query", list.Items, err, func(one *tfe.Organization) string { return one.Name })
}

func (l *listing) projects() {
	ask := func(question string, options tfe.ProjectListOptions) {
		list, err := l.Projects.List(l.ctx, l.organization, with(l.used, &options))
		if err != nil {
			list = &tfe.ProjectList{}
		}
		answered(l, "projects "+question, list.Items, err, func(one *tfe.Project) string { return one.Name })
	}
	ask("page", tfe.ProjectListOptions{ListOptions: tfe.ListOptions{PageNumber: 2, PageSize: 1}})
	ask("name", tfe.ProjectListOptions{Name: "platform"})
	ask("query", tfe.ProjectListOptions{Query: "plat"})
	ask("tag-bindings", tfe.ProjectListOptions{TagBindings: []*tfe.TagBinding{{Key: "team", Value: "net"}}})
	ask("include", tfe.ProjectListOptions{Include: []tfe.ProjectIncludeOpt{tfe.ProjectEffectiveTagBindings}})
}

func (l *listing) memberships() {
	ask := func(question string, options tfe.OrganizationMembershipListOptions) {
		list, err := l.OrganizationMemberships.List(l.ctx, l.organization, with(l.used, &options))
		if err != nil {
			list = &tfe.OrganizationMembershipList{}
		}
		answered(l, "members "+question, list.Items, err, func(one *tfe.OrganizationMembership) string { return one.Email })
	}
	ask("page", tfe.OrganizationMembershipListOptions{ListOptions: tfe.ListOptions{PageNumber: 1, PageSize: 50}})
	ask("include", tfe.OrganizationMembershipListOptions{Include: []tfe.OrgMembershipIncludeOpt{tfe.OrgMembershipUser, tfe.OrgMembershipTeam}})
	ask("emails", tfe.OrganizationMembershipListOptions{Emails: []string{"ann@example.com"}})
	ask("status", tfe.OrganizationMembershipListOptions{Status: tfe.OrganizationMembershipActive})
	ask("query", tfe.OrganizationMembershipListOptions{Query: "bob"})
}

func (l *listing) teams() {
	ask := func(question string, options tfe.TeamListOptions) {
		list, err := l.Teams.List(l.ctx, l.organization, with(l.used, &options))
		if err != nil {
			list = &tfe.TeamList{}
		}
		answered(l, "teams "+question, list.Items, err, func(one *tfe.Team) string { return one.Name })
	}
	ask("page", tfe.TeamListOptions{ListOptions: tfe.ListOptions{PageNumber: 1, PageSize: 50}})
	ask("include", tfe.TeamListOptions{Include: []tfe.TeamIncludeOpt{tfe.TeamUsers, tfe.TeamOrganizationMemberships}})
	ask("names", tfe.TeamListOptions{Names: []string{"readers"}})
	ask("query", tfe.TeamListOptions{Query: "oper"})
}
