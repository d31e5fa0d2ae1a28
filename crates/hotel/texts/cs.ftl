### Sentences for end users, in Czech. One key for each rule that can refuse a request.
