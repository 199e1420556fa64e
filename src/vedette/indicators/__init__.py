"""What we look for: kinds, normal forms, scopes, context, validity."""
