/** Nodes that are all changed by the second plan, and a database that the first one makes and the second one deletes. */
export const NODES = 299;

const nodes = (input: string): string => `
resource "terraform_data" "node" {
  count = ${NODES}
  input = "${input}"
}
`;

/** What there is before: every node, and the database. */
export const BEFORE = { 'main.tf': `${nodes('one')}\nresource "terraform_data" "orders_database" {}\n` };

/** 299 updates and one deletion; terraform lists the deletion last. */
export const AFTER = { 'main.tf': nodes('two') };

export const DATABASE = 'terraform_data.orders_database';
