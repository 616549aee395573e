import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One resource, which needs no provider, and one output. */
export const greeting = (name: string, resource = 'greeting'): string => `
resource "terraform_data" "${resource}" {
  input = "Hello, ${name}"
}
output "greeting" {
  value = terraform_data.${resource}.output
}
`;

export interface HeldApply {
  readonly configuration: string;
  endUnread(): void;
}

/** A configuration whose apply says `started`, waits until it is let go, and says `let go`; after 2 min it fails. */
export function heldApply(directory: string, name: string): HeldApply {
  const gate = join(directory, `${name}.gate`);
  const command = `echo started; for i in $(seq 600); do [ -e ${gate} ] && echo let go && exit; sleep 0.2; done; exit 1`;
  const configuration = `
resource "terraform_data" "held" {
  provisioner "local-exec" {
    command = ${JSON.stringify(command)}
  }
}
`;
  return { configuration, endUnread: () => writeFileSync(gate, '') };
}
