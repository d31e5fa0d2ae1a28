### Sentences for end users, in German. One key for each rule that can refuse a request.
