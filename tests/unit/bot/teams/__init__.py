"""The Teams surface, against fakes of its ports and a stand-in of Microsoft's servers."""
