### Sentences for end users, in Spanish. One key for each rule that can refuse a request.
