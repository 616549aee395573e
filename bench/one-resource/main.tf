# The smallest run there is: what it takes longer than this is not terraform's.
resource "terraform_data" "one" {
  input = "one"
}

output "one" {
  value = terraform_data.one.output
}
