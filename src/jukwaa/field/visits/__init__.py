"""At the sites: visits planned and noted, what a site is like, meetings of one group, a map by district."""
