### Sentences for end users, in English. One key for each rule that can refuse a request.
