package main

import (
	"github.com/hashicorp/go-tfe"
)

// What a side-loaded resource says of itself, so that one that is only linked, and not included, is seen to be empty.
var (
	runSideLoads = map[tfe.RunIncludeOpt]func(*tfe.Run) string{
		tfe.RunPlan:      func(run *tfe.Run) string { return string(run.Plan.Status) },
		tfe.RunApply:     func(run *tfe.Run) string { return string(run.Apply.Status) },
		tfe.RunCreatedBy: func(run *tfe.Run) string { return run.CreatedBy.Username },
		tfe.RunConfigVer: func(run *tfe.Run) string { return string(run.ConfigurationVersion.Status) },
		tfe.RunWorkspace: func(run *tfe.Run) string { return run.Workspace.Name },
	}
	workspaceSideLoads = map[tfe.WSIncludeOpt]func(*tfe.Workspace) string{
		tfe.WSOrganization: func(one *tfe.Workspace) string { return one.Organization.Email },
		tfe.WSProject:      func(one *tfe.Workspace) string { return one.Project.Name },
		tfe.WSCurrentRun:   ofCurrentRun(func(run *tfe.Run) string { return string(run.Status) }),
		tfe.WSCurrentRunPlan: ofCurrentRun(func(run *tfe.Run) string {
			return string(run.Plan.Status)
		}),
		tfe.WSCurrentRunConfigVer: ofCurrentRun(func(run *tfe.Run) string {
			return string(run.ConfigurationVersion.Status)
		}),
		tfe.WSCurrentConfigVer: func(one *tfe.Workspace) string {
			if one.CurrentConfigurationVersion == nil {
				return "none"
			}
			return string(one.CurrentConfigurationVersion.Status)
		},
		tfe.WSCurrentStateVer: func(one *tfe.Workspace) string {
			if one.CurrentStateVersion == nil {
				return "none"
			}
			return string(one.CurrentStateVersion.Status)
		},
		tfe.WSOutputs: func(one *tfe.Workspace) string {
			if len(one.Outputs) == 0 {
				return "none"
			}
			return one.Outputs[0].Name
		},
		tfe.WSEffectiveTagBindings: func(one *tfe.Workspace) string {
			if len(one.EffectiveTagBindings) == 0 {
				return "none"
			}
			return one.EffectiveTagBindings[0].Key
		},
	}
)

func ofCurrentRun(say func(*tfe.Run) string) func(*tfe.Workspace) string {
	return func(one *tfe.Workspace) string {
		if one.CurrentRun == nil {
			return "none"
		}
		return say(one.CurrentRun)
	}
}

// sideLoaded is what to say of an item of a list that was asked with includes; the item's own name where nothing is loaded.
func sideLoaded[I comparable, T any](included []I, sayings map[I]func(T) string, name func(T) string) func(T) string {
	if len(included) == 1 && sayings[included[0]] != nil {
		return sayings[included[0]]
	}
	return name
}
