"""Mail: letters written from templates, handed to a mail server, and what became of them as facts.

Rules upheld here:
- a reaction has one message with one `Message-ID`, which every repetition bears: whoever gets it twice knows it;
- what a letter says follows from the log as it was at the event that led to it, so a repetition says the same;
- that a message is out is recorded once; a message of which that is known is not sent again;
- a refusal and a return are facts too, and show on the reaction.
"""
