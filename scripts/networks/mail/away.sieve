# Answers for somebody who is away, as their mail server does.
require ["vacation"];
vacation :days 7 :subject "I am away" "I am back on Monday.";
