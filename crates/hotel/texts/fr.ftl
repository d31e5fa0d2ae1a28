### Sentences for end users, in French. One key for each rule that can refuse a request.
