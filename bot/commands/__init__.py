"""What leads an action to its verb, without any platform: typed words, buttons, forms, mentions, reactions, messages.
The verbs themselves are in `bot.verbs`."""
