package main

import (
	"context"

	"github.com/hashicorp/go-tfe"
)

type variableSeen struct {
	Key, Value, Description string
	Category                tfe.CategoryType
	HCL, Sensitive          bool
}

// variables makes, changes, lists and deletes variables; a run reads one of them.
func variables(ctx context.Context, s *session) (any, error) {
	workspace, err := s.workspaceAlone(ctx)
	if err != nil {
		return nil, err
	}
	id := workspace.ID
	size, err := s.Variables.Create(ctx, id, tfe.VariableCreateOptions{
		Key: tfe.String("size"), Value: tfe.String("1"), Category: tfe.Category(tfe.CategoryTerraform),
		HCL: tfe.Bool(true), Description: tfe.String("how many"),
	})
	if err != nil {
		return nil, err
	}
	secret, err := s.Variables.Create(ctx, id, tfe.VariableCreateOptions{
		Key: tfe.String("PASSWORD"), Value: tfe.String("planted"), Category: tfe.Category(tfe.CategoryEnv), Sensitive: tfe.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	seen := map[string]any{"secret as created": look(secret)}
	changed, err := s.Variables.Update(ctx, id, size.ID, tfe.VariableUpdateOptions{Value: tfe.String("2")})
	if err != nil {
		return nil, err
	}
	seen["changed"] = look(changed)
	list, err := s.Variables.List(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	seen["list"] = mapped(list.Items, look)
	every, err := s.Variables.ListAll(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	seen["every"] = len(every.Items)
	read, err := s.Variables.Read(ctx, id, secret.ID)
	if err != nil {
		return nil, err
	}
	seen["secret as read"] = look(read)
	if err := s.Variables.Delete(ctx, id, size.ID); err != nil {
		return nil, err
	}
	_, err = s.Variables.Read(ctx, id, size.ID)
	seen["deleted"] = nameOf(err)
	return seen, nil
}

func look(v *tfe.Variable) variableSeen {
	return variableSeen{v.Key, v.Value, v.Description, v.Category, v.HCL, v.Sensitive}
}

func mapped[T, R any](items []T, of func(T) R) []R {
	found := make([]R, 0, len(items))
	for _, item := range items {
		found = append(found, of(item))
	}
	return found
}
