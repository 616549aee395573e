# Needs no provider download: terraform_data is built into terraform and tofu.
variable "audience" {
  type    = string
  default = "world"
}

resource "terraform_data" "audience" {
  input = var.audience
}

resource "terraform_data" "greeting" {
  input = "Hello, ${terraform_data.audience.output}"
}

output "greeting" {
  value = terraform_data.greeting.output
}
