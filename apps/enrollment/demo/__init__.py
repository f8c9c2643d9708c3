"""The covers of the invented city: pools, applications, policies, money; see enterprises/demo."""
