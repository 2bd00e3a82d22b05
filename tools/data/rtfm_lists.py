from rtfm_mmaction.workshop.cli.rtfm_lists import main

if __name__ == '__main__':
    main()
