# opinion
